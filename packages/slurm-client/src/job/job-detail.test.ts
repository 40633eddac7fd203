import { describe, expect, it } from "vitest";
import { controlRecordings, recordedReply } from "../control/fixtures/control-recordings.js";
import { jobDetailsCommand, parseJobDetails } from "./job-detail.js";

const end = "\x1f-end-\x1f";

describe.each(controlRecordings)("details of jobs on Slurm $version", (cluster) => {
  const { argv, stdout } = recordedReply(cluster, "details of all");
  const rows = parseJobDetails(stdout, end);
  const of = (name: string): readonly unknown[] => rows.filter(({ jobId }) => jobId === cluster.jobs[name]);

  it("were asked as they are asked now", () => {
    expect(argv).toEqual(jobDetailsCommand(Object.values(cluster.jobs), end));
  });

  it("tell whose a job is, and what it is called, whatever stands in the name", () => {
    expect(of("bobs")).toMatchObject([{ user: "bob", state: { base: "RUNNING" }, output: "/dev/null", restarts: 0 }]);
    expect(of("named")).toMatchObject([{ user: "alice", output: "/home/alice/o-%x-%N", comment: "why not hpckit:abc", state: { base: "PENDING" } }]);
    expect((of("named")[0] as { name: string }).name).toMatch(/^a/);
  });

  it("tell tasks and components apart", () => {
    expect(of("array").flatMap((row) => (row as { tasks: number[] }).tasks).sort()).toEqual([0, 1, 2, 3]);
    expect(of("het").map((row) => (row as { component: number }).component).sort()).toEqual([0, 1]);
  });
});

it("throws on an answer that was cut", () => {
  expect(() => parseJobDetails(`1${end}2`, end)).toThrow("the output ends inside a row");
  expect(() => parseJobDetails(`x${end}`.repeat(15), end)).toThrow("a row without a job id");
});
