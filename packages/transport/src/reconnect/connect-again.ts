import { TransportError, type Clock } from "@hpckit/core";
import type { Connection } from "../channel/connection.js";
import type { ConnectionListener } from "../channel/connection-event.js";
import { pause } from "../guard/waiting.js";
import type { CircuitBreaker, NextStep } from "./circuit-breaker.js";

export interface AgainInput {
  readonly breaker: CircuitBreaker;
  readonly open: (signal: AbortSignal) => Promise<Connection>;
  readonly clock: Clock;
  readonly tell: ConnectionListener;
  readonly signal: AbortSignal;
  /** Whether somebody still waits for it; asked before each try but the first. */
  readonly isWanted: () => boolean;
}

/** Tries until it succeeds, until the breaker opens, or for as long as it is wanted. */
export async function connectAgain({ breaker, open, clock, tell, signal, isWanted }: AgainInput): Promise<Connection> {
  for (;;) {
    const step = breaker.next();
    if (step.kind !== "try") throw describeStep(step);
    if (step.inMs > 0) {
      tell({ kind: "reconnect-waiting", waitMs: step.inMs });
      await pause(clock, step.inMs, signal);
    }
    try {
      return await open(signal);
    } catch (error) {
      signal.throwIfAborted();
      breaker.failed(error as Error);
      const next = breaker.next();
      if (next.kind === "open") tell({ kind: "reconnect-paused", waitMs: next.inMs, failures: next.failures });
      if (!isWanted()) throw error;
    }
  }
}

/** What a call is told that does not wait. */
function describeStep(step: Exclude<NextStep, { kind: "try" }>): TransportError {
  const { kind, error: cause } = step;
  if (kind === "over") {
    return new TransportError(cause.code, `${cause.message}. This transport does not try again by itself: once that is mended, connect anew`, { cause, detail: cause.detail });
  }
  const { failures, inMs } = step;
  return new TransportError("connection-refused", `${cause.message}; ${failures} tries in a row have failed, and the next one is made by the first call in ${Math.ceil(inMs / 1_000)} s or later`, {
    cause,
    detail: { failures, nextTryInMs: Math.ceil(inMs) },
  });
}
