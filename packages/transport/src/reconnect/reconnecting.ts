import { setTimeout as delay } from "node:timers/promises";
import { AbortedError, TransportError, type Clock } from "@hpckit/core";
import { transportClosed } from "../channel/channel.js";
import type { ConnectionListener } from "../channel/connection-event.js";
import type { Connection, ConnectionRequest, ConnectionSupply } from "../channel/connection.js";
import { orAborted } from "../guard/stopping.js";
import { explained } from "../guard/waiting.js";
import type { CircuitBreaker } from "./circuit-breaker.js";
import { connectAgain } from "./connect-again.js";

export interface ReconnectingInput {
  /** One that has carried something. */
  readonly first: Connection;
  /** Connects again. `onTurn` is told when it begins to trouble the server. */
  readonly open: (signal: AbortSignal, onTurn: () => void) => Promise<Connection>;
  /** Left out where a lost connection is not made again. */
  readonly breaker: CircuitBreaker | undefined;
  readonly clock: Clock;
  readonly tell: ConnectionListener;
}

export interface LastingSupply extends ConnectionSupply {
  /** The connection that stands, or the next one. */
  standing(signal: AbortSignal): Promise<Connection>;
  /** Whether none is made any more. */
  isOver(): boolean;
}

/** One way to the next connection, shared by all who wait for it. */
interface Attempt {
  readonly made: Promise<Connection>;
  readonly state: AttemptState;
}

interface AttemptState {
  waiting: number;
  /** Then it goes on, though nobody waits any more: the next call needs it. */
  isUnderWay: boolean;
  readonly abandon: AbortController;
}

/** A connection can be known as gone a moment before it says so. */
const noticeMs = 1_000;

/** Connections that follow one another, each made when somebody needs it after the one before was lost. */
export function reconnecting({ first, open, breaker, clock, tell }: ReconnectingInput): LastingSupply {
  const { target } = first;
  const closing = new AbortController();
  const proven = new WeakSet([first]);
  const leaving: Promise<void>[] = [];
  let current = first;
  let attempt: Attempt | undefined;
  watch(first);

  function watch(connection: Connection): void {
    const onLost = (): void => {
      if (closing.signal.aborted) return;
      const error = connection.lost.reason as TransportError;
      if (proven.has(connection)) breaker?.lost();
      else breaker?.failed(error);
    };
    if (connection.lost.aborted) onLost();
    else connection.lost.addEventListener("abort", onLost, { once: true });
  }

  async function ask<Value>(request: ConnectionRequest<Value>, signal: AbortSignal): Promise<Value> {
    for (;;) {
      const connection = await standing(signal);
      try {
        const value = await request(connection, AbortSignal.any([signal, connection.lost]));
        if (!proven.has(connection)) breaker?.worked();
        proven.add(connection);
        return value;
      } catch (error) {
        if (signal.aborted || !(await isGone(connection, error))) throw error;
      }
    }
  }

  async function standing(signal: AbortSignal): Promise<Connection> {
    closing.signal.throwIfAborted();
    signal.throwIfAborted();
    if (!current.lost.aborted) return current;
    if (breaker === undefined) throw current.lost.reason;
    attempt ??= begin(breaker);
    const { made, state } = attempt;
    state.waiting++;
    try {
      return await orAborted(made, AbortSignal.any([signal, closing.signal]));
    } catch (error) {
      throw explained(error, `it waited for a new connection to ${target.host}, as the last one was lost`);
    } finally {
      state.waiting--;
      if (state.waiting === 0 && !state.isUnderWay) state.abandon.abort(new AbortedError("nobody waits for a new connection any more"));
    }
  }

  function begin(decider: CircuitBreaker): Attempt {
    leaving.push(current.close().catch(() => undefined));
    const state: AttemptState = { waiting: 0, isUnderWay: false, abandon: new AbortController() };
    const signal = AbortSignal.any([closing.signal, state.abandon.signal]);
    const begun: Attempt = { made: connectAgain({ breaker: decider, open: (until) => openNext(state, until), clock, tell, signal, isWanted: () => state.waiting > 0 }), state };
    const over = (): void => {
      if (attempt === begun) attempt = undefined;
    };
    begun.made.then(over, over);
    state.abandon.signal.addEventListener("abort", over, { once: true });
    return begun;
  }

  async function openNext(state: AttemptState, signal: AbortSignal): Promise<Connection> {
    try {
      current = await open(signal, () => (state.isUnderWay = true));
      watch(current);
      return current;
    } finally {
      state.isUnderWay = false;
    }
  }

  return {
    target,
    ask,
    standing,
    isOver: () => (breaker === undefined ? current.lost.aborted : breaker.next().kind === "over"),
    async close() {
      closing.abort(transportClosed());
      await attempt?.made.catch(() => undefined);
      await Promise.all([...leaving, current.close()]);
    },
  };
}

async function isGone({ lost }: Connection, error: unknown): Promise<boolean> {
  const isLoss = error instanceof TransportError && error.code === "connection-lost";
  if (isLoss) await orAborted(delay(noticeMs, undefined, { ref: false }), lost).catch(() => undefined);
  return lost.aborted;
}
