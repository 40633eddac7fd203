import { TransportError, type Clock } from "@hpckit/core";
import { channelWindow } from "../channel/channel-window.js";
import type { ConnectionListener } from "../channel/connection-event.js";
import { explained, pause } from "../guard/waiting.js";
import { rateBudget, type RateBudget } from "./rate-budget.js";

interface Limit {
  readonly perMinute: number;
  readonly signal: AbortSignal;
}

/** What all transports of this process together do to one account of one host. */
export interface AccountManners {
  /** Logs in, one at a time and so many a minute. `onTurn` is told when its turn has come. */
  login<Value>(work: () => Promise<Value>, limit: Limit & { readonly onTurn?: (() => void) | undefined }, tell: ConnectionListener): Promise<Value>;
  /** Waits until one more command keeps to the limit, and counts it. */
  command(limit: Limit, tell: ConnectionListener): Promise<void>;
}

/** @param account - how it is called in messages. */
export function accountManners(account: string, clock: Clock): AccountManners {
  const logins = rateBudget();
  const commands = rateBudget();
  const loginTurn = channelWindow(1);
  const commandTurn = channelWindow(1);

  async function untilRoom(budget: RateBudget, { perMinute, signal }: Limit, onWait: (waitMs: number) => void): Promise<void> {
    for (let waitMs = budget.waitMs(clock.monotonic(), perMinute); waitMs > 0; waitMs = budget.waitMs(clock.monotonic(), perMinute)) {
      onWait(waitMs);
      await pause(clock, waitMs, signal);
    }
    signal.throwIfAborted();
  }

  async function turnToLogIn(limit: Limit, tell: ConnectionListener): Promise<() => void> {
    if (loginTurn.taken > 0) tell({ kind: "login-waiting", account, for: "another-login" });
    const leave = await loginTurn.enter(limit.signal);
    try {
      await untilRoom(logins, limit, (waitMs) => tell({ kind: "login-waiting", account, for: "rate", waitMs, perMinute: limit.perMinute }));
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  return {
    async login(work, { onTurn, ...limit }, tell) {
      const leave = await turnToLogIn(limit, tell).catch((error: unknown) => {
        throw explained(error, `it waited for its turn to log in to ${account} (one login at a time, at most ${limit.perMinute} a minute: manners)`);
      });
      onTurn?.();
      // Counted from its end, as the server may take its time: so the server, too, never sees more in a minute.
      const end = (error?: unknown): void => {
        if (error === undefined || hasReached(error)) logins.record(clock.monotonic());
        tell({ kind: "login-ended", account, error, inLastMinute: logins.countAt(clock.monotonic()) });
        leave();
      };
      try {
        const value = await work();
        end();
        return value;
      } catch (error) {
        end(error);
        throw error;
      }
    },
    async command(limit, tell) {
      const { perMinute } = limit;
      try {
        if (Number.isFinite(perMinute)) await turnForCommand(limit, tell);
        else commands.record(clock.monotonic());
      } catch (error) {
        throw explained(error, `it waited for its turn (at most ${perMinute} commands a minute on ${account}: manners)`);
      }
    },
  };

  async function turnForCommand(limit: Limit, tell: ConnectionListener): Promise<void> {
    const leave = await commandTurn.enter(limit.signal);
    try {
      await untilRoom(commands, limit, (waitMs) => tell({ kind: "command-waiting", account, waitMs, perMinute: limit.perMinute }));
      commands.record(clock.monotonic());
    } finally {
      leave();
    }
  }
}

/** Where nothing answers, or the name is not known, no server was troubled. */
const hasReached = (error: unknown): boolean => !(error instanceof TransportError && error.code === "connection-refused");
