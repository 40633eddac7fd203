import { TransportError } from "@hpckit/core";
import { manualClock } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { transportClosed } from "../channel/channel.js";
import type { Connection } from "../channel/connection.js";
import type { ConnectionEvent } from "../channel/connection-event.js";
import { stopping } from "../guard/stopping.js";
import { circuitBreaker } from "./circuit-breaker.js";
import { reconnecting } from "./reconnecting.js";

const never = new AbortController().signal;
const refused = (): TransportError => new TransportError("connection-refused", "alice@login: cannot connect: nothing listens there");

interface FakeConnection extends Connection {
  readonly number: number;
  lose(): void;
}

/** A server whose logins go as they are told, one after the other; afterwards they all succeed. */
function groundWith(logins: readonly ("works" | Error | (() => Promise<void>))[] = [], reconnect = true) {
  const clock = manualClock();
  const left = [...logins];
  const events: ConnectionEvent[] = [];
  const closed: number[] = [];
  let made = 0;
  const connection = (): FakeConnection => {
    const lost = new AbortController();
    const number = made++;
    const target = { host: "login", user: "alice", kind: "ssh" } as const;
    const unused = (): Promise<never> => Promise.reject(new Error("not used"));
    return {
      ...{ number, target, lost: lost.signal, start: unused, connect: unused },
      lose: () => lost.abort(new TransportError("connection-lost", "alice@login: the connection was lost")),
      close: async () => void closed.push(number),
    };
  };
  const first = connection();
  const breaker = circuitBreaker({ firstPauseMs: 1_000, longestPauseMs: 30_000, failuresToOpen: 5, now: () => clock.now(), random: () => 0.5 });
  const opened: FakeConnection[] = [first];
  const supply = reconnecting({
    first,
    async open(signal, onTurn) {
      signal.throwIfAborted();
      onTurn();
      const login = left.shift() ?? "works";
      if (login instanceof Error) throw login;
      if (login !== "works") await login();
      const next = connection();
      opened.push(next);
      return next;
    },
    breaker: reconnect ? breaker : undefined,
    clock,
    tell: (event) => events.push(event),
  });
  const ask = (signal = never): Promise<number> => supply.ask(async (asked) => (asked as FakeConnection).number, signal);
  return { supply, ask, first, opened, clock, events, closed, left };
}

describe("connections that follow one another", () => {
  it("are made when they are needed, once for all who wait, and the lost one is let go", async () => {
    const { ask, first, opened, events, closed } = groundWith();
    expect(await ask()).toBe(0);
    first.lose();
    await new Promise(setImmediate);
    expect(opened).toHaveLength(1);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    expect(opened).toHaveLength(2);
    expect(closed).toEqual([0]);
    expect(events.map(({ kind }) => kind)).toEqual(["reconnect-waiting"]);
  });

  it("ask the next one what the last one did not answer", async () => {
    const { supply, first } = groundWith();
    const asked: number[] = [];
    const answer = await supply.ask(async (connection, signal) => {
      asked.push((connection as FakeConnection).number);
      if (asked.length === 1) first.lose();
      signal.throwIfAborted();
      return "answer";
    }, never);
    expect([answer, asked]).toEqual(["answer", [0, 1]]);
  });

  it("do not ask again what failed on a connection that stands", async () => {
    const { supply } = groundWith();
    const fault = new TransportError("not-supported", "no forwarding");
    let count = 0;
    await expect(supply.ask(() => Promise.reject(++count === 1 ? fault : new Error("asked twice")), never)).rejects.toBe(fault);
  });

  it("are tried with pauses, until the fifth failure fails all who wait, and those who come later at once", async () => {
    const { ask, first, clock, left } = groundWith(Array.from({ length: 6 }, refused));
    await ask();
    first.lose();
    const waiting = await Promise.allSettled([ask(), ask()]);
    for (const each of waiting) {
      expect(each).toMatchObject({
        reason: {
          code: "connection-refused",
          retryable: true,
          message: "alice@login: cannot connect: nothing listens there; 5 tries in a row have failed, and the next one is made by the first call in 23 s or later",
          detail: { failures: 5, nextTryInMs: 22_500 },
        },
      });
    }
    expect(clock.sleeps).toEqual([500, 500, 1_000, 2_000, 4_000]);
    await expect(ask()).rejects.toMatchObject({ code: "connection-refused", detail: { nextTryInMs: 22_500 } });
    expect(left).toHaveLength(1);
    clock.advance(22_500);
    await expect(ask()).rejects.toMatchObject({ detail: { failures: 6 } });
    expect(left).toHaveLength(0);
    clock.advance(22_500);
    expect(await ask()).toBe(1);
  });

  it("are given up for good where repeating mends nothing, and the server is not asked again", async () => {
    const { ask, supply, first, left, clock } = groundWith([new TransportError("authentication-failed", "alice@login: no key fits"), refused()]);
    await ask();
    first.lose();
    const gone = { code: "authentication-failed", retryable: false, message: "alice@login: no key fits. This transport does not try again by itself: once that is mended, connect anew" };
    expect(supply.isOver()).toBe(false);
    await expect(ask()).rejects.toMatchObject(gone);
    expect(supply.isOver()).toBe(true);
    clock.advance(1e9);
    await expect(ask()).rejects.toMatchObject(gone);
    expect(left).toHaveLength(1);
  });

  it("count one that carries nothing as a failure, however often it signs in", async () => {
    const { supply, first, opened } = groundWith();
    first.lose();
    const asking = supply.ask(async (connection, signal) => {
      (connection as FakeConnection).lose();
      signal.throwIfAborted();
    }, never);
    await expect(asking).rejects.toMatchObject({ code: "connection-refused", detail: { failures: 5 } });
    expect(opened).toHaveLength(6);
  });

  it("are not made at all where that is not wanted", async () => {
    const { ask, supply, first, opened } = groundWith([], false);
    expect(supply.isOver()).toBe(false);
    first.lose();
    expect(supply.isOver()).toBe(true);
    await expect(ask()).rejects.toBe(first.lost.reason);
    expect(opened).toHaveLength(1);
  });

  it("let a caller go whose time is over, saying why it waited, and go on for the next", async () => {
    let finish: () => void = () => undefined;
    const { ask, first } = groundWith([() => new Promise((resolve) => (finish = resolve))]);
    await ask();
    first.lose();
    using late = stopping("squeue", { timeoutMs: 20 });
    await expect(ask(late.signal)).rejects.toMatchObject({ name: "TimeoutError", message: "squeue: not done after 20 ms: it waited for a new connection to login, as the last one was lost" });
    const next = ask();
    finish();
    expect(await next).toBe(1);
  });

  it("are not tried again when all have given up", async () => {
    let fail: (error: Error) => void = () => undefined;
    const { ask, first, opened, left } = groundWith([() => new Promise((_, reject) => (fail = reject)), refused()]);
    await ask();
    first.lose();
    await expect(ask(AbortSignal.timeout(20))).rejects.toMatchObject({ name: "AbortedError" });
    fail(refused());
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    expect(left).toHaveLength(1);
    expect(opened).toHaveLength(1);
  });

  it("end at once when they are closed, also in the middle of a login, and what that brought is closed too", async () => {
    let finish: () => void = () => undefined;
    const { ask, supply, first, closed } = groundWith([() => new Promise((resolve) => (finish = resolve))]);
    await ask();
    first.lose();
    const asking = ask();
    asking.catch(() => undefined);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const closing = supply.close();
    await expect(asking).rejects.toMatchObject({ message: transportClosed().message });
    finish();
    await closing;
    expect(closed).toEqual([0, 1]);
    await expect(ask()).rejects.toMatchObject({ message: transportClosed().message });
  });
});
