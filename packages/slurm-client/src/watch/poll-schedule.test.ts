import { describe, expect, it } from "vitest";
import { createPollSchedule } from "./poll-schedule.js";

const delays = (schedule: ReturnType<typeof createPollSchedule>, count: number): readonly number[] => Array.from({ length: count }, () => schedule.nextDelayMs());

describe("when to look next", () => {
  it("is soon after something new, then ever later, up to the interval", () => {
    expect(delays(createPollSchedule(30_000), 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(delays(createPollSchedule(500), 3)).toEqual([500, 500, 500]);
  });

  it("begins again with something new, at most once in an interval", () => {
    const schedule = createPollSchedule(30_000);
    expect(schedule.somethingNew(0)).toBe(true);
    delays(schedule, 6);
    expect(schedule.somethingNew(29_999)).toBe(false);
    expect(schedule.nextDelayMs()).toBe(30_000);
    expect(schedule.somethingNew(30_000)).toBe(true);
    expect(schedule.nextDelayMs()).toBe(1000);
  });

  it("is ever rarer after failures, up to five minutes, and as before after a success", () => {
    const schedule = createPollSchedule(2000);
    const after = Array.from({ length: 10 }, () => {
      schedule.failed();
      return schedule.nextDelayMs();
    });
    expect(after).toEqual([2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000]);
    schedule.succeeded();
    expect(schedule.nextDelayMs()).toBe(1000);
  });
});
