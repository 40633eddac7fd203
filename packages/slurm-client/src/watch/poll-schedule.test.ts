import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPollSchedule, type PollSchedule } from "./poll-schedule.js";

const interval = 30_000;
const minute = 60_000;

interface Run {
  readonly poll: PollSchedule;
  /** Goes on to the next look, and tells when it was. */
  readonly look: (outcome?: "fails" | "will ring") => number;
  /** Pauses before the next looks. */
  readonly pauses: (count: number, outcome?: "fails" | "will ring") => readonly number[];
}

function schedule({ intervalMs = interval, floorMs = 0 } = {}): Run {
  const poll = createPollSchedule({ intervalMs, floorMs });
  let last = 0;
  const look: Run["look"] = (outcome) => {
    last = poll.dueAtMs;
    poll.begin(last);
    if (outcome === "fails") poll.failed(last);
    else poll.succeeded(last, { willRing: outcome === "will ring" });
    return last;
  };
  poll.added(0, { afterMs: 0, isFirst: true });
  return {
    poll,
    look,
    pauses: (count, outcome) =>
      Array.from({ length: count }, () => {
        const before = last;
        return look(outcome) - before;
      }),
  };
}

describe("createPollSchedule", () => {
  it("looks at once, soon after, then every interval", () => {
    expect(schedule().pauses(8)).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it("looks ever more rarely at jobs of which there is no news, and soon again when there is", () => {
    const { poll, look } = schedule();
    while (poll.dueAtMs < 5 * minute) look();
    const after = (nowMs: number): number => {
      poll.begin(nowMs);
      poll.succeeded(nowMs, { willRing: false });
      return poll.dueAtMs - nowMs;
    };
    expect([5, 10, 20, 40, 600].map((minutes) => after(minutes * minute))).toEqual([30_000, 30_000, 60_000, 120_000, 120_000]);
    poll.changed(600 * minute);
    expect(after(600 * minute)).toBe(30_000);
    poll.leaving(600 * minute);
    expect(after(600 * minute)).toBe(1000);
  });

  it("starts anew with a new job, at most once in an interval", () => {
    const { poll, look, pauses } = schedule();
    pauses(5);
    poll.added(interval - 1, { afterMs: 0, isFirst: false });
    expect(poll.dueAtMs).toBe(31_000);
    poll.added(interval, { afterMs: 0, isFirst: false });
    expect(look()).toBe(interval);
    expect(pauses(2)).toEqual([1000, 2000]);
  });

  it("looks at the first job as soon as it is wanted, and never later than planned at a further one", () => {
    const { poll, pauses } = schedule();
    pauses(7);
    poll.added(200_000, { afterMs: 1000, isFirst: true });
    expect(poll.dueAtMs).toBe(201_000);
    poll.added(200_000, { afterMs: 500, isFirst: false });
    expect(poll.dueAtMs).toBe(201_000);
  });

  it("keeps what was planned while a look was under way", () => {
    const { poll, pauses } = schedule();
    pauses(7);
    poll.begin(200_000);
    poll.added(200_000, { afterMs: 1000, isFirst: true });
    poll.succeeded(200_500, { willRing: false });
    expect(poll.dueAtMs).toBe(201_000);
  });

  it("looks sooner after an order", () => {
    const { poll, pauses } = schedule();
    pauses(7);
    poll.ordered(70_000);
    expect(poll.dueAtMs).toBe(71_000);
  });

  it("looks ever more rarely while it fails, and hurries for nothing", () => {
    const { poll, look, pauses } = schedule();
    expect(pauses(12, "fails").slice(1)).toEqual([2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000, 300_000]);
    const due = poll.dueAtMs;
    poll.added(due - minute, { afterMs: 0, isFirst: false });
    poll.ordered(due - minute);
    poll.rang(due - minute);
    expect(poll.dueAtMs).toBe(due);
    look();
    expect(pauses(1)).toEqual([1000]);
  });

  it("never looks more often than a site wants", () => {
    const { poll, pauses } = schedule({ floorMs: 10_000 });
    expect(pauses(7)).toEqual([0, 10_000, 10_000, 10_000, 10_000, 16_000, 30_000]);
    poll.rang(86_000);
    expect(poll.dueAtMs).toBe(96_000);
  });

  it("never waits longer than a short interval while jobs are young", () => {
    expect(schedule({ intervalMs: 200 }).pauses(4)).toEqual([0, 200, 200, 200]);
  });

  describe("with jobs that ring", () => {
    it("looks a moment after a ring, and else every interval", () => {
      const { poll, look, pauses } = schedule();
      look();
      poll.rang(700);
      expect(look("will ring")).toBe(900);
      poll.rang(20_700);
      expect(look("will ring")).toBe(20_900);
      expect(pauses(2, "will ring")).toEqual([interval, interval]);
    });

    it("sees all that rang before a look by that look, and by another what rings meanwhile", () => {
      const { poll, look } = schedule();
      look();
      for (const atMs of [500, 510, 520]) poll.rang(atMs);
      expect(poll.dueAtMs).toBe(700);
      poll.begin(700);
      poll.rang(760);
      poll.succeeded(800, { willRing: true });
      expect(poll.dueAtMs).toBe(960);
    });

    it("looks as without a bell after rings of others, in whose stead one may have been lost, and no more often than that", () => {
      const { poll, look, pauses } = schedule();
      look("will ring");
      poll.overheard(5000);
      expect(poll.dueAtMs).toBe(6000);
      for (let nowMs = 5000; nowMs < 6000; nowMs += 100) poll.overheard(nowMs);
      expect(look("will ring")).toBe(6000);
      expect(poll.dueAtMs).toBe(6000 + interval);
      poll.overheard(7000);
      expect(pauses(1, "will ring")).toEqual([interval]);
    });

    it("looks again soon after a ring that is not told of as it will be: Slurm may be behind, or another ring lost", () => {
      const { poll, look, pauses } = schedule();
      while (poll.dueAtMs < 2 * minute) look();
      poll.rang(100_000);
      expect(look()).toBe(100_200);
      expect(pauses(6)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000]);
    });

    /** Times of the looks that rings bring, until half a minute after the last. */
    function answer(rings: readonly number[], willRing: boolean): readonly number[] {
      const { poll, look } = schedule();
      look("will ring");
      const looks: number[] = [];
      for (const [index, ring] of rings.entries()) {
        poll.rang(ring);
        while (poll.dueAtMs <= (rings[index + 1] ?? ring + 30_000)) looks.push(look(willRing ? "will ring" : undefined));
      }
      return looks;
    }
    const every = (milliseconds: number, count: number): readonly number[] => Array.from({ length: count }, (_, index) => 10_000 + index * milliseconds);
    const late = (rings: readonly number[], willRing: boolean): number => {
      const last = rings.at(-1) ?? 0;
      return (answer(rings, willRing).find((atMs) => atMs > last) ?? Infinity) - last;
    };

    it("answers the last of a burst when it has been quiet for about as long as its rings were apart", () => {
      for (const willRing of [true, false]) {
        expect(late(every(10_000, 60), willRing)).toBeLessThanOrEqual(500);
        expect(late(every(50, 60), willRing)).toBeLessThanOrEqual(1000);
        expect(late(every(300, 60), willRing)).toBeLessThanOrEqual(1200);
        expect(late(every(1000, 60), willRing)).toBeLessThanOrEqual(2500);
      }
    });

    it("leaves no ring unanswered for longer than a sixth of an interval, and keeps a site's manners however much rings", () => {
      fc.assert(
        fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 20_000 })), { minLength: 1, maxLength: 200 }), fc.boolean(), (gaps, willRing) => {
          let nowMs = 0;
          const rings = gaps.map((gap) => (nowMs += gap + 1));
          const looks = answer(rings, willRing);
          for (const ring of rings) expect((looks.find((atMs) => atMs > ring) ?? Infinity) - ring).toBeLessThanOrEqual(interval / 6);
          // Sixteen in advance, and six in each interval.
          for (const [index, first] of looks.entries()) for (const [further, last] of looks.slice(index).entries()) expect(further + 1).toBeLessThanOrEqual(17 + ((last - first) * 6) / interval);
        }),
      );
    });
  });
});
