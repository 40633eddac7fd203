import { sh } from "@hpckit/core";
import { expect, it } from "vitest";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { beginSoon, gate, readAll, submitShell, succeed } from "./shared-jobs.js";

export function logTests(under: () => SlurmUnderTest): void {
  it("comes while the job runs, and is whole when it has ended", async () => {
    const { wait, open } = gate(under(), "log");
    const job = await submitShell(under(), sh`for i in 1 2 3 4; do echo "line $i é"; done; ${wait}; printf last`);
    let text = "";
    for await (const piece of job.log()) {
      text += piece;
      if (text.endsWith("line 4 é\n")) await open();
    }
    expect(text).toBe("line 1 é\nline 2 é\nline 3 é\nline 4 é\nlast");
  });

  it("keeps streams apart when the job does", async () => {
    const job = await submitShell(under(), sh`echo out; echo err >&2`, { output: "apart-%x-%5j.out", error: "apart-%j.err" });
    expect(await Promise.all([readAll(job.log()), readAll(job.log({ stream: "stderr" }))])).toEqual(["out\n", "err\n"]);
  });

  it("is found whatever Slurm makes of its name", async () => {
    const [job, array] = await Promise.all([
      submitShell(under(), sh`echo out`, { output: "made-%N-%a-%b-%3b-%12q-%%-%j.out" }),
      submitShell(under(), sh`echo "task $SLURM_ARRAY_TASK_ID"`, { array: "11", output: "made-%N-%a-%b-%3b-%A.out" }),
    ]);
    expect(await readAll(job.log())).toBe("out\n");
    expect(await readAll(array.log({ task: 11 }))).toBe("task 11\n");
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

  it("says at its end that there is no file, where a job ran", { timeout: 200_000 }, async () => {
    const { folder } = under();
    const removed = await submitShell(under(), sh`rm -- ${folder}/removed.out`, { output: `${folder}/removed.out` });
    const array = await submitShell(under(), sh`echo "task $SLURM_ARRAY_TASK_ID"; [ "$SLURM_ARRAY_TASK_ID" = 1 ] || rm -- ${folder}/gone-"$SLURM_ARRAY_TASK_ID".out`, { array: "1-2", output: `${folder}/gone-%a.out` });
    let text = "";
    const all = async (): Promise<void> => {
      for await (const piece of array.log({ task: "all" })) text += piece;
    };
    await Promise.all([expect(readAll(removed.log())).rejects.toMatchObject({ code: "log-missing" }), expect(all()).rejects.toThrow("gone-2.out is not there")]);
    expect(text).toMatch(/^(?:task 2\n)?task 1\n$|^task 1\ntask 2\n$/);
    await expect(readAll(removed.log({ follow: false }))).rejects.toMatchObject({ code: "log-missing" });
    expect((await removed.done()).kind).toBe("completed");
  });

  it("can be read once, as it stands", async () => {
    const job = await submitShell(under(), sh`echo so far; sleep 600`);
    for await (const piece of job.log()) if (piece.includes("so far")) break;
    expect(await readAll(job.log({ follow: false }))).toBe("so far\n");
    await job.cancel();
    await job.done();
  });

  it("is that of every task of an array, with its number", async () => {
    const array = await submitShell(under(), sh`echo "task $SLURM_ARRAY_TASK_ID"`, { array: "1-3", output: "tasks-%J-%n-%t-%s.out" });
    await array.done();
    const pieces: string[] = [];
    for await (const { task, text } of array.logPieces({ task: "all" })) pieces.push(`${task}: ${text}`);
    expect(pieces.sort()).toEqual(["1: task 1\n", "2: task 2\n", "3: task 3\n"]);
    expect(await readAll(array.task(2).log())).toBe("task 2\n");
  });

  it("is given once where all tasks write one file", async () => {
    const array = await submitShell(under(), sh`echo "task $SLURM_ARRAY_TASK_ID"`, { array: "1-3", output: "all-%A.out", openMode: "append" });
    const pieces: string[] = [];
    for await (const { task, text } of array.logPieces({ task: "all", stream: "both" })) pieces.push(...text.split("\n").filter((line) => line !== "").map((line) => `${task} ${line}`));
    expect(pieces.sort()).toEqual(["undefined task 1", "undefined task 2", "undefined task 3"]);
  });

  it("comes with both streams told apart, and byte for byte where it is no text", async () => {
    const job = await submitShell(under(), sh`printf 'a\377b\000'; echo err >&2`, { output: "both-%j.out", error: "both-%j.err" });
    const bytes: Record<string, number[]> = { stdout: [], stderr: [] };
    for await (const piece of job.logPieces({ stream: "both" })) bytes[piece.stream]?.push(...piece.bytes);
    expect(bytes).toEqual({ stdout: [97, 255, 98, 0], stderr: [...Buffer.from("err\n")] });
  });

  it("goes on where an earlier reading stopped, or begins before the end", async () => {
    const job = await submitShell(under(), sh`printf 'one\ntwo\nthree\n'`);
    await job.done();
    expect(await readAll(job.log({ fromOffset: 4 }))).toBe("two\nthree\n");
    expect(await readAll(job.log({ lastLines: 1 }))).toBe("three\n");
    expect(await readAll(job.log({ lastBytes: 3 }))).toBe("ee\n");
  });

  it("is read to its end when it is renamed while the job keeps it open", async () => {
    const { transport, folder } = under();
    const { wait, open } = gate(under(), "renamed");
    const job = await submitShell(under(), sh`echo one; ${wait}; echo two`, { output: `${folder}/renamed-%j.out` });
    const file = `${folder}/renamed-${job.id}.out`;
    let text = "";
    for await (const piece of job.log()) {
      text += piece;
      if (text !== "one\n") continue;
      await transport.exec(["mv", "--", file, `${file}.1`], { check: true });
      await open();
    }
    expect(text).toBe("one\ntwo\n");
  });

  it("begins anew with a job that is queued again", { timeout: 200_000 }, async ({ expect }) => {
    const { transport, folder } = under();
    const again = `${folder}/log-again`;
    const job = await submitShell(under(), sh`if [ -e ${again} ]; then echo second; exit; fi; touch ${again}; echo first run; sleep 600`, { requeue: true });
    const pieces: (readonly [string, number, boolean])[] = [];
    for await (const { text, offset, begunAnew } of job.logPieces()) {
      pieces.push([text, offset, begunAnew]);
      if (pieces.length > 1) continue;
      await job.requeue();
      void beginSoon(transport, job);
    }
    expect(pieces[0]).toEqual(["first run\n", 0, false]);
    const anew = pieces.slice(pieces.findLastIndex(([, , begunAnew]) => begunAnew));
    expect(anew[0]?.slice(1)).toEqual([0, true]);
    // A start on another node may have to wait for the one before, and says so.
    expect(anew.map(([text]) => text).join("")).toMatch(/^(?:hpckit: waits .*\n)?second\n$/);
  });

  it("is found by the id of the job alone", async ({ expect }) => {
    const { slurm } = under();
    const job = await submitShell(under(), sh`echo found`, { workFolder: under().folder });
    const array = await submitShell(under(), sh`echo "task $SLURM_ARRAY_TASK_ID"`, { array: "4,7" });
    const found = await slurm.find(job.id);
    expect(await readAll((found ?? job).log())).toBe("found\n");
    expect((await found?.done())?.kind).toBe("completed");
    const task = await slurm.find(`${array.id}_7`);
    expect(task?.toJSON()).toMatchObject({ task: 7 });
    await array.done();
    await expect.poll(async () => (await slurm.find(array.id))?.toJSON().tasks, { timeout: 60_000 }).toEqual([4, 7]);
    expect(task === undefined ? "" : await readAll(task.log())).toBe("task 7\n");
    expect(await slurm.find("99999999")).toBeUndefined();
    expect(await slurm.find(`${array.id}_5`)).toBeUndefined();
  });
}
