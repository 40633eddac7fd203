import { TransportError } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { attachStep } from "./attach-step.js";

const reference = { id: "12", cluster: "test", submittedAtSeconds: 1 };

/** What accounting says of a run and its step, in the columns that were asked for. */
const accounted = (argv: readonly string[], state: string, [submitted, ended]: readonly [number, number] = [1, 100]): string => {
  const columns = (argv.find((word) => word.startsWith("--format=")) ?? "").replace("--format=", "").split(",");
  const delimiter = (argv.find((word) => word.startsWith("--delimiter=")) ?? "").replace("--delimiter=", "");
  const row = (id: string): string => {
    const values: Readonly<Record<string, string>> = { JobID: id, JobIDRaw: id, State: state, Submit: String(submitted), End: String(ended) };
    return `${columns.map((column) => values[column] ?? "").join(delimiter)}\n`;
  };
  return row("12") + row("12.0");
};

interface Accounting {
  readonly state?: string;
  readonly accounting?: boolean;
  /** Rows of earlier runs. */
  readonly before?: (argv: readonly string[]) => string;
}

const attachTo = (sattach: ScriptedReply, { state = "COMPLETED", accounting = true, before = () => "" }: Accounting = {}) => {
  const transport = scriptedTransport(({ argv }) => {
    if (argv.includes("squeue")) return { stdout: "12.batch|batch\n12.0|work\n" };
    return argv.includes("sacct") ? { stdout: before(argv) + accounted(argv, state, [100, 200]) } : sattach;
  });
  return { transport, attached: attachStep(scriptedContext(transport, { accounting }), reference, {}) };
};

describe("a step that was attached to", () => {
  it("never reads the end of an input that was not given", async () => {
    const { transport, attached } = attachTo({ stdout: "x" });
    await (await attached).result;
    const call = transport.calls.find(({ argv }) => argv.includes("sattach"));
    expect(call?.argv[2]).toContain("0<>");
    expect(call?.argv.slice(-2)).toEqual(["sattach", "12.0"]);
  });

  it.each([
    ["completed", {}, {}, { state: "COMPLETED", exitCode: 0 }],
    ["without accounting", {}, { accounting: false }, { state: undefined, exitCode: undefined }],
    ["killed", {}, { state: "CANCELLED by 7" }, { state: "CANCELLED", exitCode: undefined }],
    ["that accounting still takes for running", {}, { state: "RUNNING" }, { state: undefined, exitCode: undefined }],
    ["failed", { exitCode: 3, stderr: "sattach: error: task 1 exited with exit code 3\nsattach: error: task 0 exited with exit code 2\n" }, { state: "FAILED" }, { state: "FAILED", exitCode: 3 }],
  ])("%s is told for that", async (_, sattach, slurm, end) => {
    expect(await (await attachTo(sattach, slurm).attached).result).toEqual(end);
  });

  it("is that of the newest run, whatever an earlier one did", async () => {
    const before = (argv: readonly string[]): string => accounted(argv, "COMPLETED", [1, 100]);
    expect(await (await attachTo({}, { before, state: "CANCELLED by 7" }).attached).result).toEqual({ state: "CANCELLED", exitCode: undefined });
  });

  it("keeps what sattach told of its end where accounting does not answer", async () => {
    const failed = { exitCode: 3, stderr: "sattach: error: task 1 exited with exit code 3\n" };
    const before = (): string => { throw new TransportError("connection-lost", "lost"); };
    expect(await (await attachTo(failed, { before }).attached).result).toEqual({ state: undefined, exitCode: 3 });
  });

  it("that has ended meanwhile is an error, and so is a sattach that failed", async () => {
    const gone = await attachTo({ exitCode: 1, stderr: "sattach: error: Could not get job step info: Job/step already completing or completed\n" }).attached;
    await expect(gone.result).rejects.toMatchObject({ code: "step-not-found" });
    const broken = await attachTo({ exitCode: 1, stderr: "sattach: fatal: no\n" }).attached;
    await expect(broken.result).rejects.toThrow("sattach failed (exit status 1): sattach: fatal: no");
  });
});
