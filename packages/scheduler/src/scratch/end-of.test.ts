import { OptionsError } from "@hpckit/core";
import { SubmissionError, type Job } from "@hpckit/slurm-client";
import { describe, expect, it } from "vitest";
import { endOf } from "./end-of.js";
import { isFinal } from "./job-end.js";

const jobThat = (done: () => Promise<unknown>): Promise<Job> => Promise.resolve({ done } as unknown as Job);

describe("the end of a job that may not exist", () => {
  it("is its outcome", async () => {
    expect(await endOf(jobThat(() => Promise.resolve({ kind: "timeout" })))).toEqual({ kind: "timeout" });
  });

  it.each([
    ["that was never submitted", () => undefined],
    ["that was refused", () => Promise.reject<Job>(new SubmissionError("invalid-partition", "no partition x"))],
    ["whose spec is wrong", () => Promise.reject<Job>(new OptionsError("job spec", []))],
  ])("of one %s lets a sweep go on", async (_, submission) => {
    expect(isFinal(await endOf(submission()))).toBe(true);
  });

  it.each([
    ["whose submission had no answer", () => Promise.reject<Job>(new SubmissionError("submission-unknown", "no answer", { outcome: "unknown" }))],
    ["whose submission failed for a reason that is not ours", () => Promise.reject<Job>(new TypeError("x"))],
    ["that cannot be waited for", () => jobThat(() => Promise.reject(new Error("connection lost")))],
  ])("of one %s keeps its files", async (_, submission) => {
    expect(isFinal(await endOf(submission()))).toBe(false);
  });
});
