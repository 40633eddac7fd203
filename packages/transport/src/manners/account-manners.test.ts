import { TransportError } from "@hpckit/core";
import { manualClock } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import type { ConnectionEvent } from "../channel/connection-event.js";
import { stopping } from "../guard/stopping.js";
import { accountManners } from "./account-manners.js";

const never = new AbortController().signal;
const silent = (): void => undefined;

describe("manners towards one account", () => {
  it("let one login at a time through, in the order in which they were asked for", async () => {
    const manners = accountManners("alice@login", manualClock());
    const order: number[] = [];
    let inside = 0;
    const login = (index: number): Promise<void> =>
      manners.login(
        async () => {
          expect(++inside).toBe(1);
          await new Promise(setImmediate);
          order.push(index);
          inside--;
          if (index % 2 === 1) throw new Error("refused");
        },
        { perMinute: Infinity, signal: never },
        silent,
      );
    await Promise.allSettled(Array.from({ length: 6 }, (_, index) => login(index)));
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("keep to the logins of a minute, counted from the end of each, and tell of every wait", async () => {
    const clock = manualClock();
    const manners = accountManners("alice@login", clock);
    const begun: number[] = [];
    const events: ConnectionEvent[] = [];
    const work = async (): Promise<void> => {
      begun.push(clock.now());
      await new Promise(setImmediate);
      clock.advance(2_000);
    };
    for (let count = 0; count < 9; count++) await manners.login(work, { perMinute: 4, signal: never }, (event) => events.push(event));
    expect(begun).toEqual([0, 2_000, 4_000, 6_000, 62_000, 64_000, 66_000, 68_000, 124_000]);
    expect(events.filter(({ kind }) => kind === "login-waiting")).toEqual([54_000, 54_000].map((waitMs) => ({ kind: "login-waiting", account: "alice@login", for: "rate", waitMs, perMinute: 4 })));
    expect(events.filter(({ kind }) => kind === "login-ended")).toHaveLength(9);
    expect(events[3]).toMatchObject({ kind: "login-ended", inLastMinute: 4 });
  });

  it("do not count a try that has not reached the server, but every other that fails", async () => {
    const clock = manualClock();
    const manners = accountManners("alice@login", clock);
    const fail = (fault: "connection-refused" | "connection-lost"): Promise<void> =>
      manners.login(() => Promise.reject(new TransportError(fault, "no")), { perMinute: 2, signal: never }, silent).catch(silent);
    for (let count = 0; count < 20; count++) await fail("connection-refused");
    expect(clock.now()).toBe(0);
    for (let count = 0; count < 3; count++) await fail("connection-lost");
    expect(clock.now()).toBe(60_000);
  });

  it("let those go who give up, and say what they waited for", async () => {
    const clock = manualClock();
    const manners = accountManners("alice@login", clock);
    let finish: () => void = silent;
    const first = manners.login(() => new Promise<void>((resolve) => (finish = resolve)), { perMinute: 4, signal: never }, silent);
    using late = stopping("alice@login", { timeoutMs: 20 });
    await expect(manners.login(async () => undefined, { perMinute: 4, signal: late.signal }, silent)).rejects.toMatchObject({
      name: "TimeoutError",
      message: "alice@login: not done after 20 ms: it waited for its turn to log in to alice@login (one login at a time, at most 4 a minute: manners)",
    });
    const third = manners.login(async () => "third", { perMinute: 4, signal: never }, silent);
    finish();
    await first;
    expect(await third).toBe("third");
  });

  it("keep to the commands of a minute, of all who share the account, and wait for none without a limit", async () => {
    const clock = manualClock();
    const manners = accountManners("alice@login", clock);
    for (let count = 0; count < 10; count++) await manners.command({ perMinute: Infinity, signal: never }, silent);
    expect(clock.now()).toBe(0);
    const events: ConnectionEvent[] = [];
    await Promise.all(Array.from({ length: 12 }, () => manners.command({ perMinute: 10, signal: new AbortController().signal }, (event) => events.push(event))));
    expect(clock.now()).toBe(120_000);
    expect(events).toEqual(Array.from({ length: 2 }, () => ({ kind: "command-waiting", account: "alice@login", waitMs: 60_000, perMinute: 10 })));
  });
});
