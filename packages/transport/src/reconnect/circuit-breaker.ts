import { TransportError, type TransportFault } from "@hpckit/core";

export interface BreakerOptions {
  /** The longest pause after the first failure; it doubles with each one. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** So many failures in a row open the breaker. */
  readonly failuresToOpen: number;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  /** At least 0 and less than 1. */
  readonly random: () => number;
}

/** What to do about a connection that is not there. */
export type NextStep =
  | { readonly kind: "try"; readonly inMs: number }
  /** Do not try before, and do not wait for it either. */
  | { readonly kind: "open"; readonly inMs: number; readonly failures: number; readonly error: Error }
  /** Do not try again at all. */
  | { readonly kind: "over"; readonly error: TransportError };

/** Decides when to connect again. Whoever asks makes one try at a time, and tells how it went. */
export interface CircuitBreaker {
  next(): NextStep;
  /** A connection that had carried something is lost. */
  lost(): void;
  /** A try failed, or what it brought was lost before it carried anything. */
  failed(error: Error): void;
  /** A connection has carried something. */
  worked(): void;
}

type State =
  | { readonly kind: "closed"; readonly notBeforeMs: number }
  | { readonly kind: "open"; readonly untilMs: number; readonly error: Error }
  | { readonly kind: "over"; readonly error: TransportError };

/** Repeating cannot mend these, and can lock an account. */
const finalFaults: ReadonlySet<TransportFault> = new Set(["host-key-refused", "authentication-failed", "not-supported"]);

/**
 * Pauses are random between nothing and their longest ("full jitter"), so that those who lost the same server do not all come back at
 * once. An open breaker lets one try through after at least half of the longest pause; its success closes it.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function circuitBreaker({ firstPauseMs, longestPauseMs, failuresToOpen, now, random }: BreakerOptions): CircuitBreaker {
  let state: State = { kind: "closed", notBeforeMs: 0 };
  let failures = 0;
  return {
    next() {
      if (state.kind === "over") return state;
      if (state.kind === "closed") return { kind: "try", inMs: Math.max(0, state.notBeforeMs - now()) };
      const inMs = state.untilMs - now();
      return inMs > 0 ? { kind: "open", inMs, failures, error: state.error } : { kind: "try", inMs: 0 };
    },
    lost() {
      state = { kind: "closed", notBeforeMs: now() + random() * firstPauseMs };
    },
    failed(error) {
      failures++;
      if (error instanceof TransportError && finalFaults.has(error.code)) state = { kind: "over", error };
      else if (failures >= failuresToOpen) state = { kind: "open", untilMs: now() + ((1 + random()) / 2) * longestPauseMs, error };
      else state = { kind: "closed", notBeforeMs: now() + random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) };
    },
    worked() {
      failures = 0;
      state = { kind: "closed", notBeforeMs: 0 };
    },
  };
}
