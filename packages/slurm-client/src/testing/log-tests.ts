import { sh } from "@hpckit/core";
import { expect, it } from "vitest";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { readAll, submitShell, succeed } from "./shared-jobs.js";

export function logTests(under: () => SlurmUnderTest): void {
  it("comes while the job runs, and is whole when it has ended", async () => {
    const job = await submitShell(under(), sh`for i in 1 2 3 4; do echo "line $i é"; sleep 1; done; printf last`);
    const times: number[] = [];
    let text = "";
    for await (const piece of job.log()) {
      times.push(Date.now());
      text += piece;
    }
    expect(text).toBe("line 1 é\nline 2 é\nline 3 é\nline 4 é\nlast");
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1500);
  });

  it("keeps streams apart when the job does", async () => {
    const job = await submitShell(under(), sh`echo out; echo err >&2`, { output: "apart-%x-%5j.out", error: "apart-%j.err" });
    expect(await Promise.all([readAll(job.log()), readAll(job.log({ stream: "stderr" }))])).toEqual(["out\n", "err\n"]);
  });

  it("is byte for byte what was written, also when that is long", async () => {
    const job = await submitShell(under(), sh`i=0; while [ "$i" -lt 60000 ]; do echo "line $i: öäü and some words to fill it up"; i=$((i + 1)); done`);
    const text = await readAll(job.log());
    const expected = Array.from({ length: 60_000 }, (_, index) => `line ${index}: öäü and some words to fill it up\n`).join("");
    expect(text === expected).toBe(true);
  });

  it("is empty for a job that never started", async () => {
    const job = await submitShell(under(), succeed, { hold: true });
    const text = readAll(job.log());
    await job.cancel();
    expect(await text).toBe("");
  });

  it("can be read once, as it stands", async () => {
    const job = await submitShell(under(), sh`echo so far; sleep 600`);
    for await (const piece of job.log()) if (piece.includes("so far")) break;
    expect(await readAll(job.log({ follow: false }))).toBe("so far\n");
    await job.cancel();
    await job.done();
  });
}
