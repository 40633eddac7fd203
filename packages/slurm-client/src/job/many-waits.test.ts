import { getEventListeners } from "node:events";
import { AbortedError } from "@hpckit/core";
import { describe, expect, it, vi } from "vitest";
import { scriptedContext, scriptedSlurm, submittedAt } from "../fixtures/scripted-slurm.js";
import { createWatcher } from "../watch/job-watcher.js";
import { completePatience } from "../watch/patience.js";
import { createJob } from "./create-job.js";

describe("many waits with one signal", () => {
  it("give no warning, and end together", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    const transport = scriptedSlurm([{ queue: Array.from({ length: 3000 }, (_, index) => ({ jobId: String(index + 1), state: "RUNNING" })) }]);
    const context = scriptedContext(transport);
    const watcher = createWatcher(context, { pollIntervalMs: 1000, patience: completePatience(), onTrouble: () => undefined });
    const caller = new AbortController();
    const { signal } = caller;
    const jobs = Array.from({ length: 3000 }, (_, index) => createJob(context, watcher, { id: String(index + 1), cluster: "test", submittedAtSeconds: submittedAt }, async () => undefined));
    const waits = jobs.map((job) => job.done({ signal }).catch((error: unknown) => error));
    const events = jobs.map(async (job) => {
      for await (const event of job.events({ signal })) if (event.state === "RUNNING") return;
    });
    await Promise.all(events);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    caller.abort();
    for (const error of await Promise.all(waits)) expect(error).toBeInstanceOf(AbortedError);
    await new Promise(setImmediate);
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
  });
});
