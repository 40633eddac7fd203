import { TransportError, type Clock } from "@hpckit/core";
import { manualClock } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { SlurmError } from "../error/slurm-error.js";
import type { Job } from "../job/job.js";
import { renewLease } from "./renew-lease.js";

type Renewal = "done" | "ended" | Error;

/** Renews a lease of a minute, and is answered in turn. */
async function renewed(answers: readonly Renewal[], isOwn = true) {
  const clock = manualClock();
  const unrefs = new Set<unknown>();
  const told: unknown[] = [];
  const released = new AbortController();
  let asked = 0;
  const signal: Job["signal"] = () => {
    const answer = answers[asked++];
    if (answer === undefined) released.abort();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ kind: answer ?? "done" });
  };
  const sleep: Clock["sleep"] = (milliseconds, options) => {
    unrefs.add(options?.unref);
    return clock.sleep(milliseconds, options);
  };
  await renewLease({ clock: { ...clock, sleep }, onTrouble: (error) => told.push(error) }, { signal }, { leaseSeconds: 60, isOwn, signal: released.signal });
  return { sleeps: clock.sleeps, unrefs, told, asked };
}

describe("a lease", () => {
  it("is renewed three times in its length, by pauses that keep no process alive, until it is released", async () => {
    expect(await renewed(["done", "done"])).toMatchObject({ sleeps: [20_000, 20_000, 20_000], unrefs: new Set([true]), asked: 3 });
    expect(await renewed(["ended"], false)).toMatchObject({ sleeps: [], asked: 1 });
  });

  it("is renewed again after a failure that may pass", async () => {
    const busy = new SlurmError("slurm-command-failed", "busy", { retryable: true });
    const lost = new TransportError("connection-lost", "for now");
    expect(await renewed([busy, lost, "ended"])).toMatchObject({ told: [busy, lost], asked: 3 });
  });

  it("is left to run out once the connection was closed, and that is told", async () => {
    const closed = new TransportError("connection-lost", "this transport has been closed", { retryable: false });
    expect(await renewed([closed, "done", "done"])).toMatchObject({ told: [closed], asked: 1 });
  });
});
