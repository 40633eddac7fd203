import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allRecordings, recorded } from "../fixtures/recordings.js";
import { findJobId, readAnswer, renderRestProblem } from "./sbatch-answer.js";

describe("readAnswer", () => {
  it.each(allRecordings)("reads what sbatch of Slurm $version printed", (cluster) => {
    const { stdout, exitCode } = recorded(cluster, "accepted");
    expect(readAnswer({ exitCode, printed: stdout })).toEqual({ kind: "accepted", id: stdout.trim() });
  });

  it.each([
    [0, "Dear user\n12\n", "accepted"],
    [0, "sbatch: error: Batch job submission failed: Invalid qos specification", "refused"],
    [0, "submission failed: Invalid partition name specified", "refused"],
    [0, "welcome", "unclear"],
    [0, "12\n13", "unclear"],
    [0, "12\n13\nmail: Connection refused", "unclear"],
    [1, "12", "unclear"],
    [1, "Submitted 3 jobs", "unclear"],
    [1, "sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received", "unclear"],
    [1, "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation", "unclear"],
    [1, "sbatch: error: Batch job submission failed: a message of the future", "refused"],
    [1, "sbatch: error: Batch job submission failed: Unable to contact slurm controller (receive failure)", "unclear"],
    [1, "sbatch: error: Batch job submission failed: Connection reset by peer", "unclear"],
    [1, "sbatch: error: Unable to contact slurm controller (connect failure)", "refused"],
    [127, "/bin/sh: 31: exec: sbatch: not found", "refused"],
    [143, "", "unclear"],
  ])("takes status %i with %j for %s", (exitCode, printed, kind) => {
    expect(readAnswer({ exitCode, printed }).kind).toBe(kind);
  });
});

describe("readAnswer, of what slurmrestd said", () => {
  // Seen on 22.05.8, 24.11.5 and 26.05.5, but for the text of the future.
  it.each([
    [2000, "Invalid partition name specified", "partition"],
    [2045, "Invalid account or account/partition combination specified", "account"],
    [2066, "Invalid qos specification", "qos"],
    [2014, "Requested node configuration is not available: Batch job submission failed", "resources"],
    [2072, "Invalid generic resource (gres) specification", "gres"],
    [2048, "Invalid license specification", "licenses"],
    [2029, "Invalid feature specification", "constraint"],
    [2053, "Requested reservation is invalid", "reservation"],
    [2038, "Job dependency problem", "dependency"],
    [2081, "Invalid job array specification", "array"],
    [2012, "Pathname of a file, directory or other parameter too long", "too-long"],
    [1007, "Protocol authentication error", "authentication"],
    [1800, "Unable to contact slurm controller (connect failure): Batch job submission failed", "controller-unreachable"],
    [2066, "another text", "qos"],
    [2999, "a text of the future", undefined],
  ])("takes %i, %s, for a refusal", (number, text, problem) => {
    expect(readAnswer({ exitCode: 1, printed: renderRestProblem({ number, text }) })).toMatchObject({ kind: "refused", problem });
  });

  it.each([
    [5004, "Socket timed out on send/recv operation: Batch job submission failed"],
    [-1, "Unspecified error: Batch job submission failed"],
    [1, "Operation not permitted"],
    [undefined, "HTTP 500"],
  ])("knows nothing after %s, %s", (number, text) => {
    expect(readAnswer({ exitCode: 1, printed: renderRestProblem({ number, text }) }).kind).toBe("unclear");
  });
});

describe("findJobId", () => {
  it.each(["12\n", "12;cluster\n", "Submitted batch job 12\n", "Submitted batch job 12 on cluster c\n", "Dear user, 3 jobs wait.\n12\n\nBye 4\n", " 12 \n", "12\n12\n"])("finds the id in %j", (printed) => {
    expect(findJobId(printed)).toBe("12");
  });

  it.each(["", "sbatch: error\n", "12\n13\n", "0\n", "012\n", "12 13\n", "-12\n"])("guesses no id from %j", (printed) => {
    expect(findJobId(printed)).toBeUndefined();
  });

  it("gives an id that was printed as a line of its own, or none, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ maxLength: 8 }), fc.nat(99).map(String)), { maxLength: 4 }), (around) => {
        const printed = around.join("\n");
        const id = findJobId(printed);
        if (id !== undefined) expect(printed.split(/\r?\n/).map((line) => line.trim().split(";")[0])).toContain(id);
      }),
    );
  });
});
