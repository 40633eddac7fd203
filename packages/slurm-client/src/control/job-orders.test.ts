import { OptionsError } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { scriptedContext, submittedAt } from "../fixtures/scripted-slurm.js";
import { createControls } from "./job-controls.js";
import { createJobSetControls } from "./job-set.js";

describe("orders that are wrong in themselves are refused before anything is told", () => {
  const transport = scriptedTransport(() => ({}));
  const context = scriptedContext(transport);
  const job = createControls(context, { id: "7", cluster: "test", submittedAtSeconds: submittedAt }, () => undefined);
  const jobs = createJobSetControls(context, (reference) => reference, () => undefined);

  it.each([
    [["518"], "jobs: 0: a job is its handle or its reference, which know when it was submitted: await slurm.find(id)"],
    ["518", "jobs: a list of jobs"],
    [undefined, "jobs: a list of jobs"],
  ])("of jobs: %j", async (selected, message) => {
    const orders = jobs.cancel(selected as never);
    await expect(orders).rejects.toThrow(OptionsError);
    await expect(orders).rejects.toThrow(message);
    expect(transport.calls).toEqual([]);
  });

  it("of one job, with an option that there is not, or a job of another cluster to wait for", async () => {
    await expect(job.hold({ timeoutMs: 1 } as object)).rejects.toThrow("timeoutMs: unknown option; { signal: AbortSignal.timeout(ms) } gives up");
    await expect(job.update({ dependency: { afterOk: [{ id: "3", cluster: "far" }] } })).rejects.toThrow("job.update: dependency.afterOk.0: job 3 is of cluster far, and no job of test can wait for it");
    expect(transport.calls).toEqual([]);
  });
});
