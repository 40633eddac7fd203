import { expect, it, vi } from "vitest";
import { submittedAt } from "../fixtures/scripted-slurm.js";
import { accepts, login } from "../submit/fixtures/scripted-login.js";

it("watches on where the caller's own callback fails", async () => {
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  let looks = 0;
  const at = login({ submit: accepts, squeue: () => (looks++ < 3 ? { exitCode: 1, stderr: "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" } : {}), sacct: () => ({ stdout: `${["12", "COMPLETED", "0:0", "0:0", "None", submittedAt, submittedAt, submittedAt, "5", "c1"].join("\x1f")}\n` }) });
  const onTrouble = (): unknown => Promise.reject(new Error("the caller's own"));
  const slurm = await at.connect({ onTrouble });
  const job = slurm.job({ id: "12", cluster: "test", submittedAtSeconds: submittedAt });
  expect((await job.done()).kind).toBe("completed");
  expect(looks).toBe(4);
  expect(warned.mock.calls.map(([message]) => message)).toEqual(["onTrouble of connectSlurm has failed: the caller's own"]);
  warned.mockRestore();
});
