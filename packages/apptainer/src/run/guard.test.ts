import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addingLayer, applyLayers, compose, fragment, OptionsError, OutputUnreadableError, raw, renderScript, sh, type LaunchLayer } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { containerLayer } from "../container/container-layer.js";
import type { ContainerOptions } from "../container/container-options.js";
import { sif } from "../image/image.js";
import type { ContainerOutcome } from "./container-outcome.js";
import type { Loss } from "./engine-words.js";
import { guarded, guardedBy } from "./guard.js";
import { readReport } from "./read-report.js";

let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guard-"));
  program = join(folder, "engine");
  // Says what it is told to, and then runs the command behind the image, as the engine does.
  await writeFile(program, '#!/bin/sh\nprintf %s "$SAYS" >&2\n[ -z "$FAILS" ] || exit "$FAILS"\nwhile [ "$1" != /x.sif ]; do shift; done\nshift\n"$@"\nstatus=$?\nprintf %s "$SAYS_LATE" >&2\nexit "$status"\n');
  await chmod(program, 0o755);
});
afterAll(async () => rm(folder, { recursive: true }));

const mark = "hpckit-mark";
const engine = (options: ContainerOptions = {}): LaunchLayer => containerLayer(sif("/x.sif"), { program, keepEngineVariables: [], ...options });

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function start(shell: string, layers: readonly LaunchLayer[], argv: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const { text } = renderScript(applyLayers(compose(argv), layers));
  return new Promise((resolve) => {
    execFile(shell, [...(shell === "bash" ? ["--norc"] : []), "-c", text], { env: { PATH: process.env["PATH"], TMPDIR: folder, ...env } }, (error, stdout, stderr) => resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr }));
  });
}

const outcomeOf = (ended: Ended, accept: readonly Loss[] = []): ContainerOutcome => readReport({ ...ended, signal: undefined }, mark, accept).outcome;
const marked = { mark };

describe.each(["sh", "dash", "bash"])("a guarded launch in %s", (shell) => {
  it("tells the command's words from the engine's, whatever both say", async () => {
    const line = fc.oneof(fc.constantFrom("FATAL:   x", "WARNING: mine", "hpckit: started", "hpckit: inside", "", "\\", "%s", "$(id)", "Usage:"), fc.string({ maxLength: 20 }));
    const text = fc.tuple(fc.array(line, { maxLength: 4 }), fc.boolean()).map(([all, ended]) => (all.join("\n") + (ended ? "\n" : "")).replaceAll("\0", ""));
    await fc.assert(
      fc.asyncProperty(text, fc.nat(128), async (said, code) => {
        const ended = await start(shell, [guardedBy(engine(), marked)], ["sh", "-c", 'printf %s "$1" >&2; exit "$2"', "sh", said, String(code)], { SAYS: "INFO:    busy\nWARNING: harmless\n" });
        expect(ended.exitCode).toBe(code);
        expect(readReport({ ...ended, signal: undefined }, mark)).toEqual({ outcome: { kind: "exited", exitCode: code, notes: ["WARNING: harmless"] }, stderr: said });
      }),
      { numRuns: 25 },
    );
  });

  it("does not start a command whose mounts were lost, unless that is accepted", async () => {
    const env = { SAYS: "WARNING: While bind mounting '/a:/b': destination is already in the mount point list\n" };
    const lost = await start(shell, [guardedBy(engine(), marked)], ["echo", "started"], env);
    expect(lost).toMatchObject({ exitCode: 78, stdout: "" });
    expect(outcomeOf(lost)).toMatchObject({ kind: "never-started", because: "lost-data", lost: [{ loss: "mounts" }] });
    const accept = { accept: ["mounts"] as const };
    const accepted = await start(shell, [guardedBy(engine(), { ...marked, ...accept })], ["echo", "started"], env);
    expect(accepted.stdout).toBe("started\n");
    expect(outcomeOf(accepted, ["mounts"])).toEqual({ kind: "exited", exitCode: 0, notes: [env.SAYS.trimEnd()] });
  });

  it("tells a GPU that was required and did not come in as its loss, which cannot be accepted", async () => {
    const said = "hpckit: no AMD device came into the container: the host has none, or the job was given none";
    const required = engine({ gpu: "amd", requireGpu: true });
    const env = { SAYS: "WARNING: harmless\n" };
    for (const accept of [[], ["gpu"]] as const) {
      const ended = await start(shell, [guardedBy(required, { ...marked, accept })], ["echo", "started"], env);
      expect(ended).toMatchObject({ exitCode: 69, stdout: "" });
      expect(outcomeOf(ended, accept)).toEqual({ kind: "never-started", because: "lost-data", reason: said, advice: undefined, lost: [{ loss: "gpu", said }], notes: ["WARNING: harmless"] });
    }
    const told = await start(shell, [guarded(required)], ["echo", "started"], env);
    expect(told).toEqual({ exitCode: 69, stdout: "", stderr: `${env.SAYS}${said}\nhpckit: the command was not started in its container (status 69)\n` });
  });

  it("tells failures of the engine apart", async () => {
    const failing = (FAILS: string, SAYS: string): Promise<ContainerOutcome> => start(shell, [guardedBy(engine(), marked)], ["true"], { FAILS, SAYS }).then((ended) => outcomeOf(ended));
    expect(await failing("255", "WARNING: first\nFATAL:   container creation failed\n")).toEqual({ kind: "runtime-failure", reason: "container creation failed", advice: undefined, notes: ["WARNING: first"] });
    expect(await failing("1", 'Error for command "exec": unknown flag: --x\nUsage:\n  a lot\n')).toEqual({ kind: "usage-failure", reason: 'Error for command "exec": unknown flag: --x', notes: [] });
    const coloured = await failing("255", "\u001B[31mFATAL:  \u001B[0m Couldn't determine user account information\n");
    expect(coloured).toMatchObject({ kind: "runtime-failure", reason: "Couldn't determine user account information" });
    expect(await failing("143", "")).toMatchObject({ kind: "never-started", because: "signal" });
  });

  it("says to people what happened, without marks, and keeps the usage text back", async () => {
    const ended = await start(shell, [guarded(engine())], ["true"], { FAILS: "1", SAYS: "Error for command \"exec\": no\nUsage:\n  a lot\n" });
    expect(ended).toEqual({ exitCode: 1, stdout: "", stderr: 'Error for command "exec": no\nhpckit: the container was not started (status 1)\n' });
    const fine = await start(shell, [guarded(engine())], ["echo", "out"], { SAYS: "WARNING: harmless\n", SAYS_LATE: "INFO:    late\n" });
    expect(fine).toEqual({ exitCode: 0, stdout: "out\n", stderr: "WARNING: harmless\nINFO:    late\n" });
  });

  it("blames a step of the setup, on either side, and leaves no file", async () => {
    const failing = addingLayer("failing", { setup: [fragment(sh`echo 'no data' >&2; exit 9`)] });
    for (const layers of [[failing, guardedBy(engine(), marked)], [guardedBy(engine(), marked), failing]]) {
      const ended = await start(shell, layers, ["true"]);
      expect(ended.exitCode).toBe(9);
      expect(outcomeOf(ended)).toMatchObject({ kind: "never-started", because: "setup", reason: "no data" });
    }
    expect((await readdir(folder)).sort()).toEqual(["engine"]);
  });

  it("refuses where PMI has one of its descriptors", async () => {
    expect(await start(shell, [guarded(engine())], ["true"], { PMI_FD: "6" })).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("taken by PMI") as string });
  });
});

describe("guarded", () => {
  it("is not said to have started nothing where it was killed itself, and a shell around it told so", () => {
    const stderr = `before\n${mark} entered\nWARNING: harmless\n\n${mark} inside\nof the command`;
    const outcome = (exitCode: number): ContainerOutcome => readReport({ exitCode, signal: undefined, stderr }, mark).outcome;
    expect(outcome(137)).toEqual({ kind: "signalled", signal: "SIGKILL", notes: ["WARNING: harmless"] });
    for (const exitCode of [0, 1, 255]) expect(() => outcome(exitCode)).toThrow(OutputUnreadableError);
  });

  it("refuses what is no container, and one that runs the image's own program", () => {
    expect(() => guarded(addingLayer("x", {}))).toThrow(OptionsError);
    expect(() => guarded(containerLayer(sif("/x.sif"), { verb: "run" })).apply({ argv: ["x"], setup: [], teardown: [], needs: [] })).toThrow(OptionsError);
  });

  it("does not look for a program that only the container's shell can tell", () => {
    const { setup } = guarded(engine()).apply({ argv: [raw("$X")], setup: [], teardown: [], needs: [] });
    expect(JSON.stringify(setup)).not.toContain("command -v");
  });
});
