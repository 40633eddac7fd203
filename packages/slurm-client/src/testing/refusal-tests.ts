import { OptionsError } from "@hpckit/core";
import { expect, it } from "vitest";
import { InvalidAccountError, InvalidPartitionError, InvalidQosError, LimitExceededError, NotSatisfiableError, SubmissionError } from "../error/submission-errors.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { submitShell, succeed } from "./shared-jobs.js";

export function refusalTests(under: () => SlurmUnderTest): void {
  const submission = (spec: object): Promise<unknown> => submitShell(under(), succeed, spec).then((job) => job.cancel(), (error: unknown) => error);

  it("names the partitions that there are", async () => {
    const { partition } = under().options;
    const error = await submission({ partition: `${partition}x` });
    expect(error).toBeInstanceOf(InvalidPartitionError);
    expect(error).toMatchObject({ outcome: "not-sent", code: "invalid-partition" });
    expect((error as InvalidPartitionError).allowed).toContain(partition);
    expect(String(error)).toContain(`did you mean "${partition}"?`);
  });

  it("names the accounts that may be used", async () => {
    const error = await submission({ account: "no-such-account" });
    expect(error).toBeInstanceOf(InvalidAccountError);
    expect((error as InvalidAccountError).allowed.length).toBeGreaterThan(0);
  });

  it("names the QOS that may be used", async () => {
    const error = await submission({ qos: "no-such-qos" });
    expect(error).toBeInstanceOf(InvalidQosError);
    expect((error as InvalidQosError).allowed.length).toBeGreaterThan(0);
  });

  it("refuses more time and nodes than the partition allows, which Slurm would queue for ever", async () => {
    const time = await submission({ time: "30d" });
    expect(time).toBeInstanceOf(LimitExceededError);
    expect(time).toMatchObject({ limit: "MaxTime", outcome: "not-sent" });
    expect(await submission({ nodes: 10_000 })).toMatchObject({ limit: "MaxNodes", outcome: "not-sent" });
  });

  it("says what no node has enough of", async () => {
    const memory = await submission({ memory: "900T" });
    expect(memory).toBeInstanceOf(NotSatisfiableError);
    expect(memory).toMatchObject({ resource: "memory", outcome: "not-sent" });
    expect(String(memory)).toMatch(new RegExp(`the largest nodes have: ${under().options.partition} \\d+[MGT];`));
    const cpus = await submission({ cpusPerTask: 60_000 });
    expect(cpus).toMatchObject({ resource: "cpus", outcome: "not-sent" });
    expect(String(cpus)).toMatch(/\d+ CPUs in all/);
  });

  it("names a deadline that is past", async () => {
    expect(await submission({ deadline: "2001-01-01T00:00:00Z", time: "10m" })).toMatchObject({ code: "limit-exceeded", limit: "deadline", outcome: "not-sent", message: expect.stringContaining("its deadline is past, or too soon for its time") as string });
  });

  it.each([
    [{ gres: ["nothing:1"] }, "submission-gres"],
    [{ licenses: ["no-such-licence"] }, "submission-licenses"],
    [{ constraint: "no-such-feature" }, "submission-constraint"],
    [{ reservation: "no-such-reservation" }, "submission-reservation"],
    [{ extraArguments: ["--no-such-option"] }, "submission-option"],
    [{ nodelist: "no-such-node" }, "submission-nodes"],
    [{ nice: -5 }, "submission-nice"],
  ])("tells why %j is refused", async (spec, code) => {
    const error = await submission(spec);
    expect(error).toBeInstanceOf(SubmissionError);
    expect(error).toMatchObject({ code, outcome: "not-sent" });
  });

  it("refuses folders that are not there, in which Slurm would lose the job or its output", async () => {
    const missing = `${under().folder}/not there`;
    expect(await submission({ workFolder: missing })).toMatchObject({ code: "folder-missing", detail: { folder: missing } });
    expect(await submission({ output: "logs/%j.out" })).toMatchObject({ code: "folder-missing" });
  });

  it.each([
    [{ time: "0" }, /unit is missing/],
    [{ time: "0s" }, /takes 0 for unlimited/],
    [{ time: "-5" }, /./],
    [{ memory: "0" }, /takes 0 for all memory/],
    [{ memory: "-1G" }, /./],
    [{ memory: "1G", memoryPerCpu: "1G" }, /one of the two/],
    [{ patition: "standard" }, /did you mean "partition"\?/],
    [{ nodes: 0 }, /at least 1|from 1/],
    [{ array: "" }, /no index/],
    [{ array: "0-3%0" }, /atOnce/],
    [{ name: "two\nlines" }, /control characters/],
    [{ extraArguments: ["script.sh"] }, /not one option/],
    [{ extraArguments: ["--outp=x"] }, /--output belongs to the client/],
    [{ dependency: { afterOk: ["abc"] } }, /whole number/],
  ])("refuses %j before anything is sent", async (spec, message) => {
    const error = await submission(spec);
    expect(error).toBeInstanceOf(OptionsError);
    expect(String(error)).toMatch(message);
  });
}
