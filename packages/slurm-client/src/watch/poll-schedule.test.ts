import { describe, expect, it } from "vitest";
import { createPollSchedule, type PollSchedule } from "./poll-schedule.js";

const interval = 30_000;
const schedule = (floorMs = 0): PollSchedule => createPollSchedule({ intervalMs: interval, floorMs });
const delays = (poll: PollSchedule, count: number, nowMs = 0): readonly number[] => Array.from({ length: count }, () => poll.nextDelayMs(nowMs));

describe("createPollSchedule", () => {
  it("looks soon at first, then every interval", () => {
    const poll = schedule();
    poll.somethingNew(0);
    expect(delays(poll, 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it("looks ever more rarely at jobs of which there is no news, and soon again when there is", () => {
    const poll = schedule();
    poll.somethingNew(0);
    delays(poll, 12);
    const minute = 60_000;
    expect([5, 10, 20, 40, 600].map((minutes) => poll.nextDelayMs(minutes * minute))).toEqual([30_000, 30_000, 60_000, 120_000, 120_000]);
    poll.changed(600 * minute);
    expect(poll.nextDelayMs(600 * minute)).toBe(30_000);
    expect(poll.somethingNew(600 * minute)).toBe(true);
    expect(poll.nextDelayMs(600 * minute)).toBe(1000);
  });

  it("starts anew with something new, at most once in an interval", () => {
    const poll = schedule();
    expect(poll.somethingNew(0)).toBe(true);
    delays(poll, 6);
    expect(poll.somethingNew(interval - 1)).toBe(false);
    expect(poll.nextDelayMs(interval - 1)).toBe(30_000);
    expect(poll.somethingNew(interval)).toBe(true);
    expect(delays(poll, 2)).toEqual([1000, 2000]);
  });

  it("looks ever more rarely while it fails, and does not hurry for something new", () => {
    const poll = schedule();
    for (let failure = 0; failure < 20; failure++) poll.failed();
    expect(poll.nextDelayMs(0)).toBe(300_000);
    expect(poll.somethingNew(0)).toBe(false);
    poll.succeeded();
    expect(poll.nextDelayMs(0)).toBe(1000);
  });

  it("never looks more often than a site wants", () => {
    const poll = schedule(10_000);
    poll.somethingNew(0);
    expect(delays(poll, 6)).toEqual([10_000, 10_000, 10_000, 10_000, 16_000, 30_000]);
  });

  it("never waits longer than a short interval while jobs are young", () => {
    const poll = createPollSchedule({ intervalMs: 200, floorMs: 0 });
    poll.somethingNew(0);
    expect(delays(poll, 3)).toEqual([200, 200, 200]);
  });
});
