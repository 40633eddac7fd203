import type { ExecResult } from "@hpckit/core";
import { expect, it } from "vitest";
import { AllocationLostError } from "../error/step-errors.js";
import { scriptedContext, scriptedSlurm } from "../fixtures/scripted-slurm.js";
import type { Job } from "../job/job.js";
import type { Outcome } from "../outcome/outcome.js";
import { refuseLoss } from "./allocation-loss.js";

const failed: ExecResult = { argv: ["srun"], exitCode: 1, signal: undefined, ok: false, stdout: "", stderr: "", stdoutBytes: new Uint8Array(), durationMs: 1 };
const aborted = "srun: Job step aborted: Waiting up to 32 seconds for job step to finish.\n";
/** How a step is judged while its job is in a state. */
const judge = (state: string, done: Job["done"], said = aborted): Promise<ExecResult> => refuseLoss(scriptedContext(scriptedSlurm([{ queue: [{ state }] }])), { id: "7", done } as Job, failed, said);
const never = (): Promise<Outcome> => Promise.reject(new Error("nobody waits for this end"));

it.each(["RUNNING", "SUSPENDED", "RESIZING", "STOPPED", "PENDING", "REQUEUE_HOLD"])("a step that was aborted in an allocation that goes on has failed by itself, and no more is waited for: %s", async (state) => {
  expect(await judge(state, never)).toBe(failed);
});

it.each(["COMPLETING", "CANCELLED", "NODE_FAIL"])("a step under which the allocation ends is lost with it: %s", async (state) => {
  await expect(judge(state, () => Promise.resolve({ kind: "cancelled" } as Outcome))).rejects.toThrow(AllocationLostError);
  expect(await judge(state, never, "other words\n")).toBe(failed);
});
