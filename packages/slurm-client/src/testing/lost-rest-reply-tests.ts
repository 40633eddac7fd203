import { compose, TransportError, type Cancellable, type ExecStream, type Transport } from "@hpckit/core";
import { expect, it } from "vitest";
import { SubmissionError } from "../error/submission-errors.js";
import type { Job } from "../job/job.js";
import { connectSlurm } from "../slurm/connect-slurm.js";
import type { Slurm } from "../slurm/slurm.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { losingRest } from "./faulty-connections.js";

/** Short, so that what was not queued is soon known. */
const settleMs = 2000;

/** A connection on which the first script of a kind is carried out, or not, and its answer lost. */
function losingScript(transport: Transport, which: RegExp, happens: "done" | "not-done"): Transport {
  let isLeft = true;
  return {
    ...transport,
    stream(argv, options) {
      if (typeof options?.stdin !== "string" || !which.test(options.stdin) || !isLeft) return transport.stream(argv, options);
      isLeft = false;
      const lose = async (): Promise<never> => {
        if (happens === "done") {
          const stream = transport.stream(argv, options);
          let length = 0;
          for await (const piece of stream) length += piece.length;
          await stream.result;
          throw new TransportError("reply-incomplete", `the reply was cut: ${length} characters`);
        }
        throw new TransportError("reply-incomplete", "the connection was lost");
      };
      const result = lose();
      result.catch(() => undefined);
      const pieces = { [Symbol.asyncIterator]: () => ({ next: () => result }) };
      return { result, bytes: () => pieces, ...pieces } satisfies ExecStream;
    },
  };
}
const claims = /^hpckit_ready .* hpckit_claim /m;
const records = /^hpckit_record \d/m;

/** What replies that are lost leave over slurmrestd, wherever it breaks: between claim, request and record. */
export function lostRestReplyTests(under: () => SlurmUnderTest): void {
  const name = (suffix: string): string => `lost ${suffix} ${under().folder.slice(-6)}`;

  async function over(transport: Transport): Promise<Slurm> {
    const { folder, options } = under();
    return connectSlurm(transport, { pollIntervalMs: 1000, stateFolder: `${folder}/state`, patience: { settleMs }, rest: await options.rest?.() });
  }
  async function submitOver(transport: Transport, jobName: string, { signal }: Cancellable = {}): Promise<Job> {
    const { folder, options } = under();
    const spec = { name: jobName, partition: options.partition, time: "10m", memory: "50M", workFolder: folder, comment: 'a "comment", é', launch: compose(["sleep", "2"]) };
    return (await over(transport)).submit(spec, { signal, key: jobName });
  }

  async function countJobs(jobName: string): Promise<number> {
    const { stdout } = await under().transport.exec(["squeue", "--noheader", "--me", "--states=all", "--format=%i", `--name=${jobName}`], { check: true });
    return stdout.split("\n").filter((line) => line !== "").length;
  }

  it.each<[string, (transport: Transport) => Transport]>([
    ["the answer of slurmrestd", (transport) => losingRest(transport, "answer-lost")],
    ["the request", (transport) => losingRest(transport, "request-lost")],
    ["the answer to a claim", (transport) => losingScript(transport, claims, "done")],
    ["the claim", (transport) => losingScript(transport, claims, "not-done")],
    ["the answer to a record", (transport) => losingScript(transport, records, "done")],
    ["the record", (transport) => losingScript(transport, records, "not-done")],
  ])("lets the job be queued once where %s is lost", async (what, losing) => {
    const job = await submitOver(losing(under().transport), name(what));
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(await countJobs(name(what))).toBe(1);
    // Whoever comes later finds it, also by the command line.
    const { folder } = under();
    const later = await connectSlurm(under().transport, { stateFolder: `${folder}/state`, patience: { settleMs } });
    expect(await later.submissions.find(name(what))).toMatchObject({ kind: "job", job: { id: job.id } });
  });

  it("gives the job that was queued all the same where the caller gave up, and it can be cancelled", async ({ expect }) => {
    const giveUp = new AbortController();
    const submission = submitOver(losingRest(under().transport, "no-answer"), name("abort"), { signal: giveUp.signal });
    await expect.poll(() => countJobs(name("abort")), { timeout: 120_000, interval: 300 }).toBe(1);
    giveUp.abort();
    const job = await submission;
    await job.cancel();
    expect(["cancelled", "completed"]).toContain((await job.done()).kind);
  });

  it("is unknown after three attempts without an answer", async () => {
    const error: unknown = await submitOver(losingRest(under().transport, "request-lost", 9), name("nowhere")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SubmissionError);
    expect(error).toMatchObject({ outcome: "unknown", detail: { mark: expect.stringMatching(/^hpckit:/) as string } });
    expect(await countJobs(name("nowhere"))).toBe(0);
  });

  it("says that nothing was sent where slurmrestd is not there, and frees the key", async () => {
    const { transport } = under();
    let isThere = true;
    const slurm = await over({ ...transport, connect: (address) => (isThere ? transport.connect(address) : Promise.reject(new TransportError("connection-refused", "nobody listens", { retryable: true }))) });
    const spec = { name: name("refused"), partition: under().options.partition, time: "10m", memory: "50M", output: "/dev/null", launch: compose(["true"]) };
    isThere = false;
    await expect(slurm.submit(spec, { key: name("refused") })).rejects.toMatchObject({ code: "submission-not-sent", outcome: "not-sent", retryable: true });
    isThere = true;
    expect((await (await slurm.submit(spec, { key: name("refused") })).done()).kind).toBe("completed");
    expect(await countJobs(name("refused"))).toBe(1);
  });

  it("queues each of many once, whichever answers are lost", async () => {
    const slurm = await over(losingRest(under().transport, "answer-lost", 3));
    const results = await slurm.submitAll(Array.from({ length: 12 }, () => ({ name: name("many"), partition: under().options.partition, time: "10m", memory: "50M", output: "/dev/null", launch: compose(["true"]) })));
    const ids = results.map((result) => (result.kind === "job" ? result.job.id : String(result.error)));
    expect(new Set(ids).size).toBe(12);
    expect(await countJobs(name("many"))).toBe(12);
  });

  it("leaves to sbatch what slurmrestd has no words for, and says so beforehand", async () => {
    const slurm = await over(under().transport);
    const spec = { name: name("sbatch"), partition: under().options.partition, time: "10m", memory: "50M", output: "/dev/null", launch: compose(["true"]) };
    expect((await slurm.plan(spec)).way).toMatchObject({ kind: "rest", description: { current_working_directory: expect.any(String) as string, comment: expect.stringMatching(/^hpckit:/) as string } });
    const odd = { ...spec, extraArguments: ["--nice=3"] };
    expect((await slurm.plan(odd)).way).toEqual({ kind: "command-line", because: ["extraArguments"] });
    const results = await slurm.submitAll([spec, odd, spec]);
    for (const result of results) expect(result.kind === "job" ? (await result.job.done()).kind : result.error).toBe("completed");
  });
}
