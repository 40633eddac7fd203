import { OutputUnreadableError, TransportError, type ExecResult, type HpckitError, type Transport } from "@hpckit/core";
import { manualClock, scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { SubmissionError } from "../error/submission-errors.js";
import { allRecordings, recorded } from "../fixtures/recordings.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { findLostJob, parseMarked } from "./find-lost-job.js";
import { planSubmission } from "./submission-plan.js";

const recordEnd = "\x1e0123-end\x1e";

describe.each(allRecordings)("comments in the queue of Slurm $version", (cluster) => {
  const { stdout } = recorded(cluster, "squeue of comments");
  const marks = [...stdout.matchAll(/hpckit:[\w-]+/g)].map(([mark]) => mark);

  it("name each job once, an array too", () => {
    const found = marks.map((mark) => parseMarked(stdout, { mark, recordEnd })?.id);
    expect(new Set(found)).toEqual(new Set(Object.values(cluster.jobs)));
  });

  it("name none with another mark", () => {
    expect(parseMarked(stdout, { mark: "hpckit:other", recordEnd })).toBeUndefined();
  });
});

describe("parseMarked", () => {
  it("throws where two jobs have the mark, or the job has no id", () => {
    const row = (id: string, comment: string): string => `${id}\x1f1795179600\x1f${comment}${recordEnd}\n`;
    expect(() => parseMarked(row("1", "m") + row("2", "a\x1fb m"), { mark: "m", recordEnd })).toThrow(OutputUnreadableError);
    expect(() => parseMarked(row("x", "m"), { mark: "m", recordEnd })).toThrow(OutputUnreadableError);
    expect(() => parseMarked(row("2", "m"), { mark: "m", recordEnd, components: 2 })).toThrow(OutputUnreadableError);
    expect(parseMarked(row("10", "m") + row("9", "m"), { mark: "m", recordEnd, components: 2 })?.id).toBe("9");
    expect(parseMarked(row("x", "other\n") + row("2", "a\n\x1fb m"), { mark: "m", recordEnd })).toEqual({ id: "2", submittedAtSeconds: 1_795_179_600 });
  });
});

describe("findLostJob", () => {
  const plan = planSubmission({ launch: { argv: ["true"], setup: [], teardown: [], needs: [] } }, { argv: ["true"], setup: [], teardown: [], needs: [] }, { facts: { folder: "/home/alice" }, stateFolder: "/s", token: "t" });
  const unknown = new SubmissionError("submission-unknown", "no answer", { outcome: "unknown" });
  const row = ({ argv }: Pick<ExecResult, "argv">): string => {
    const end = /Comment:(.*)$/s.exec(argv.at(-1) ?? "")?.[1] ?? "";
    return `7\x1f1795179600\x1fmine ${plan.mark}${end}\n`;
  };
  const find = async (transport: Transport, clock = manualClock(), signal?: AbortSignal): Promise<unknown> =>
    findLostJob({ ...scriptedContext(transport), clock }, plan, unknown, { signal }).catch((error: unknown) => error);

  it("finds a job that the controller was slow to queue", async () => {
    const clock = manualClock();
    let looks = 0;
    const found = await find(scriptedTransport((call): ScriptedReply => (++looks < 3 ? {} : { stdout: row(call) })), clock);
    expect(found).toEqual({ id: "7", submittedAtSeconds: 1_795_179_600 });
    expect(clock.sleeps).toEqual([0, 1000, 2000]);
  });

  it("does not take a queue that cannot be asked, or has no such job, for an answer", async () => {
    for (const reply of [{}, { exitCode: 1, stderr: "Unable to contact slurm controller" }]) {
      const transport = scriptedTransport(() => reply);
      expect(await find(transport)).toMatchObject({ outcome: "unknown", detail: { mark: plan.mark }, message: expect.stringContaining(plan.mark) as string, cause: unknown });
      expect(transport.calls).toHaveLength(6);
      expect(transport.calls.every(({ argv }) => argv.includes("squeue"))).toBe(true);
    }
  });

  it("stops when nothing more can be asked, and soon when the caller gave up", async () => {
    const refused = scriptedTransport(() => {
      throw new TransportError("authentication-failed", "the key is no longer accepted");
    });
    expect((await find(refused) as HpckitError).code).toBe("submission-unknown");
    expect(refused.calls).toHaveLength(1);
    const given = scriptedTransport(() => ({}));
    await find(given, manualClock(), AbortSignal.abort());
    expect(given.calls).toHaveLength(2);
  });

  it("looks for nothing after any other error", async () => {
    const transport = scriptedTransport(() => ({}));
    const refusal = new SubmissionError("invalid-partition", "no partition x");
    await expect(findLostJob(scriptedContext(transport), plan, refusal, {})).rejects.toBe(refusal);
    expect(transport.calls).toHaveLength(0);
  });
});
