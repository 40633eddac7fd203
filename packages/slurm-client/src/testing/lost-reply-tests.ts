import { compose, lines, sh, TransportError, type Cancellable, type ExecStream, type ShellExpression, type Transport } from "@hpckit/core";
import { expect, it } from "vitest";
import { SubmissionError } from "../error/submission-errors.js";
import type { Job } from "../job/job.js";
import { connectSlurm } from "../slurm/connect-slurm.js";
import type { SlurmUnderTest } from "./describe-slurm.js";

/** A connection over which every command is carried out, and the answers of the first submissions do not arrive. */
function losing(transport: Transport, times = 1): Transport {
  let left = times;
  return {
    ...transport,
    stream(argv, options) {
      const stream = transport.stream(argv, options);
      if (typeof options?.stdin !== "string" || !options.stdin.includes("hpckit_submit 0") || left-- <= 0) return stream;
      const lose = async (): Promise<never> => {
        let length = 0;
        for await (const piece of stream) length += piece.length;
        await stream.result;
        throw new TransportError("reply-incomplete", `the reply was cut: ${length} characters`);
      };
      const result = lose();
      result.catch(() => undefined);
      const never = { [Symbol.asyncIterator]: () => ({ next: () => result }) };
      return { result, bytes: () => never, ...never } satisfies ExecStream;
    },
  };
}

/** Short, so that what was not queued is soon known. */
const settleMs = 2000;

export function lostReplyTests(under: () => SlurmUnderTest): void {
  const name = (suffix: string): string => `lost ${suffix} ${under().folder.slice(-6)}`;

  async function submitOver(transport: Transport, jobName: string, { binFolder, signal }: { readonly binFolder?: string } & Cancellable = {}): Promise<Job> {
    const { folder, options } = under();
    const slurm = await connectSlurm(transport, { pollIntervalMs: 1000, stateFolder: `${folder}/state`, binFolder, patience: { settleMs } });
    return slurm.submit({ name: jobName, partition: options.partition, time: "10m", memory: "50M", workFolder: folder, comment: 'a "comment", é', launch: compose(["sleep", "2"]) }, { signal });
  }

  /** A folder with an sbatch that a wrapper stands before. */
  async function wrapped(wrapper: ShellExpression): Promise<string> {
    const { transport, folder } = under();
    const made = await transport.exec(["mktemp", "-d", `${folder}/bin-XXXXXX`], { check: true });
    const binFolder = made.stdout.trim();
    const real = (await transport.exec(["sh", "-c", "command -v sbatch"], { check: true })).stdout.trim();
    await transport.writeFile(`${binFolder}/sbatch`, lines(sh`#!/bin/sh`, sh`case $1 in --version) exec ${real} "$@" ;; esac`, sh`sbatch() { ${real} "$@"; }`, wrapper, sh``).shell);
    await transport.exec(["chmod", "755", `${binFolder}/sbatch`], { check: true });
    return binFolder;
  }

  async function countJobs(jobName: string): Promise<number> {
    const { stdout } = await under().transport.exec(["squeue", "--noheader", "--me", "--states=all", "--format=%i", `--name=${jobName}`], { check: true });
    return stdout.split("\n").filter((line) => line !== "").length;
  }

  it("on the way back: the job is found by its mark, and is queued once", async () => {
    const job = await submitOver(losing(under().transport), name("way"));
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(await countJobs(name("way"))).toBe(1);
  });

  it("by a controller that was slow to answer: the job is found by its mark, and is queued once", async () => {
    const timedOut = sh`sbatch "$@" > /dev/null; echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1`;
    const job = await submitOver(under().transport, name("controller"), { binFolder: await wrapped(timedOut) });
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(await countJobs(name("controller"))).toBe(1);
  });

  it("because the caller gave up: the job that is queued all the same comes back, and can be cancelled", async ({ expect }) => {
    const giveUp = new AbortController();
    const binFolder = await wrapped(sh`sbatch "$@"; sleep 60`);
    const submission = submitOver(under().transport, name("abort"), { binFolder, signal: giveUp.signal });
    await expect.poll(() => countJobs(name("abort")), { timeout: 120_000, interval: 300 }).toBe(1);
    giveUp.abort();
    const job = await submission;
    await job.cancel();
    expect(["cancelled", "completed"]).toContain((await job.done()).kind);
  });

  it.each([
    ["before sbatch", sh`cat > /dev/null; kill -9 $PPID`],
    ["before it could record the answer", sh`sbatch "$@" > /dev/null; kill -9 $PPID`],
    ["by a signal that it could see", sh`sbatch "$@" > /dev/null; kill -TERM $PPID`],
  ])("because the login node ended the script %s: the job is queued once", async (what, fault) => {
    const once = `${under().folder}/faulted ${what}`;
    const binFolder = await wrapped(sh`if mkdir ${once} 2>/dev/null; then ${fault}; else sbatch "$@"; fi`);
    const job = await submitOver(under().transport, name(what), { binFolder });
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(await countJobs(name(what))).toBe(1);
  });

  it("and no job to be found for long enough: it is submitted again", async () => {
    const once = `${under().folder}/lost once`;
    const timedOut = sh`echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1`;
    const begun = Date.now();
    const job = await submitOver(under().transport, name("again"), { binFolder: await wrapped(sh`if mkdir ${once} 2>/dev/null; then cat > /dev/null; ${timedOut}; else sbatch "$@"; fi`) });
    expect(Date.now() - begun).toBeGreaterThan(settleMs);
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(await countJobs(name("again"))).toBe(1);
  });

  it("each time: the outcome is unknown after at most three attempts", async () => {
    const count = `${under().folder}/times sbatch was started`;
    const timedOut = sh`cat > /dev/null; echo once >> ${count}; echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1`;
    const error: unknown = await submitOver(under().transport, name("nowhere"), { binFolder: await wrapped(timedOut) }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SubmissionError);
    expect(error).toMatchObject({ outcome: "unknown", detail: { mark: expect.stringMatching(/^hpckit:/) as string } });
    // The time for all of them is limited, too: on a slow cluster there are fewer.
    expect(new TextDecoder().decode(await under().transport.readFile(count))).toMatch(/^(?:once\n){1,3}$/);
  });

  it("of one of many: each job is queued once", async () => {
    const { folder, options, transport } = under();
    const slurm = await connectSlurm(losing(transport), { pollIntervalMs: 1000, stateFolder: `${folder}/state`, patience: { settleMs } });
    const results = await slurm.submitAll(Array.from({ length: 12 }, () => ({ name: name("many"), partition: options.partition, time: "10m", memory: "50M", output: "/dev/null", launch: compose(["true"]) })));
    const ids = results.map((result) => (result.kind === "job" ? result.job.id : String(result.error)));
    expect(new Set(ids).size).toBe(12);
    expect(await countJobs(name("many"))).toBe(12);
  });
}
