import { sh } from "@hpckit/core";
import { expect, it } from "vitest";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { appeared, beginSoon, seen, submitShell } from "./shared-jobs.js";

export function nodeTests(under: () => SlurmUnderTest): void {
  it("end a job that may not be queued again with node-failure", { timeout: 400_000 }, async () => {
    const { options, transport } = under();
    const job = await submitShell(under(), sh`sleep 600`, { requeue: false });
    const { nodes: node = "" } = await seen(job, "RUNNING");
    await options.killNode?.(node);
    try {
      expect(await job.done()).toMatchObject({ kind: "node-failure", evidence: { rawState: "NODE_FAIL" } });
    } finally {
      await options.restoreNode?.(node);
    }
    await transport.exec(["sh", "-c", 'until sinfo -h -n "$1" -o %T | grep -qE "idle|mixed|allocated"; do sleep 0.5; done', "sh", node], { timeoutMs: 60_000, check: true });
  });

  it("let a job run again that may be queued again", { timeout: 400_000 }, async () => {
    const { options, folder, transport } = under();
    const again = `${folder}/after node`;
    const job = await submitShell(under(), sh`if [ -e ${again} ]; then exit 0; fi; touch ${again}; sleep 600`, { requeue: true });
    const { nodes: node = "" } = await seen(job, "RUNNING");
    await appeared(transport, again);
    await options.killNode?.(node);
    try {
      await beginSoon(transport, job);
      expect((await job.done()).kind).toBe("completed");
    } finally {
      await options.restoreNode?.(node);
    }
  });
}
