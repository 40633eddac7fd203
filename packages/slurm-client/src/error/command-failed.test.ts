import type { ExecResult } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { allRecordings, recorded } from "../fixtures/recordings.js";
import { commandFailed } from "./command-failed.js";

const failed = (program: string, stderr: string): ExecResult => ({ argv: ["/bin/sh", "-c", "exec", "hpckit", program], exitCode: 1, signal: undefined, stdout: "", stdoutBytes: new Uint8Array(), stderr, ok: false, durationMs: 1 });

describe("a program of Slurm that failed", () => {
  it.each(allRecordings)("because the controller is away is that error, of Slurm $version, too", (cluster) => {
    const { stderr } = recorded(cluster, "squeue without a controller");
    for (const program of ["squeue", "scontrol", "sinfo", "sprio", "srun"]) expect(commandFailed(failed(program, stderr))).toMatchObject({ name: "ControllerUnreachableError", code: "controller-unreachable", retryable: true });
  });

  it.each([
    ["sacct", "sacct: error: Sending PersistInit msg: Connection refused"],
    ["sacctmgr", "sacctmgr: error: Problem talking to the database: Connection refused"],
    ["squeue", "squeue: error: DBD_GET_CLUSTERS failure: Resource temporarily unavailable"],
    ["sattach", "sattach: error: Connection refused"],
    ["squeue", "squeue: error: Invalid user: nobody"],
  ])("for another reason is an error of %s: %s", (program, stderr) => {
    expect(commandFailed(failed(program, stderr))).toMatchObject({ name: "SlurmCommandError", code: "slurm-command-failed", detail: { program } });
  });
});
