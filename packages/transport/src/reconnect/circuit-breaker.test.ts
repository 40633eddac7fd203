import { OptionsError, TimeoutError, TransportError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { circuitBreaker, type BreakerOptions } from "./circuit-breaker.js";

const refused = new TransportError("connection-refused", "alice@login: cannot connect: nothing listens there");

function breakerAt(changes: Partial<BreakerOptions> = {}): { breaker: ReturnType<typeof circuitBreaker>; time: { now: number } } {
  const time = { now: 1_000 };
  return { time, breaker: circuitBreaker({ firstPauseMs: 1_000, longestPauseMs: 30_000, failuresToOpen: 5, now: () => time.now, random: () => 0.5, ...changes }) };
}

describe("the decision to connect again", () => {
  it("waits twice as long after each failure, up to the longest pause, by chance between nothing and that", () => {
    for (const random of [0, 0.25, 0.999]) {
      const { breaker } = breakerAt({ random: () => random, failuresToOpen: 9 });
      const pauses = Array.from({ length: 8 }, () => {
        breaker.failed(refused);
        return breaker.next();
      });
      expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000].map((longest) => ({ kind: "try", inMs: random * longest })));
    }
  });

  it("also comes back at a moment of chance after the first loss, as all lose a server at the same time", () => {
    const { breaker, time } = breakerAt();
    breaker.worked();
    breaker.lost();
    expect(breaker.next()).toEqual({ kind: "try", inMs: 500 });
    time.now += 2_000;
    expect(breaker.next()).toEqual({ kind: "try", inMs: 0 });
  });

  it("opens after five failures in a row, says when it lets one through, and opens again when that fails", () => {
    const { breaker, time } = breakerAt();
    for (let count = 0; count < 4; count++) breaker.failed(refused);
    expect(breaker.next().kind).toBe("try");
    breaker.failed(refused);
    expect(breaker.next()).toEqual({ kind: "open", inMs: 22_500, failures: 5, error: refused });
    time.now += 22_499;
    expect(breaker.next()).toMatchObject({ kind: "open", inMs: 1 });
    time.now += 1;
    expect(breaker.next()).toEqual({ kind: "try", inMs: 0 });
    breaker.failed(refused);
    expect(breaker.next()).toMatchObject({ kind: "open", inMs: 22_500, failures: 6 });
  });

  it("closes when a connection has carried something, and counts from the beginning", () => {
    const { breaker, time } = breakerAt();
    for (let count = 0; count < 5; count++) breaker.failed(refused);
    time.now += 30_000;
    breaker.worked();
    breaker.lost();
    for (let count = 0; count < 4; count++) breaker.failed(refused);
    expect(breaker.next().kind).toBe("try");
  });

  it("does not take a sign-in for a success: a connection that is lost before it carries anything is a failure", () => {
    const { breaker } = breakerAt();
    for (let count = 0; count < 5; count++) breaker.failed(new TransportError("connection-lost", "alice@login: the connection was lost"));
    expect(breaker.next().kind).toBe("open");
  });

  it("never tries again what repeating cannot mend", () => {
    for (const fault of ["host-key-refused", "authentication-failed", "not-supported"] as const) {
      const { breaker, time } = breakerAt();
      const error = new TransportError(fault, "no");
      breaker.failed(error);
      time.now += 1e9;
      expect(breaker.next()).toEqual({ kind: "over", error });
    }
    for (const error of [new TimeoutError("late"), new OptionsError("x", []), new Error("no more files")]) {
      const { breaker } = breakerAt();
      breaker.failed(error);
      expect(breaker.next().kind).toBe("try");
    }
  });
});
