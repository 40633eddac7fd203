import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutputUnreadableError } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { inputOf, scriptedContext } from "../fixtures/scripted-slurm.js";
import { openSetLog, type SetLogFiles } from "./set-log-files.js";
import type { SetRecord } from "./set-record.js";

const root = mkdtempSync(join(tmpdir(), "it's a state é "));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const made = (at: number): SetRecord => ({ kind: "cancelled", madeAtSeconds: at });

describe.each(shells)("the records of a set on a file system (%s)", (shell) => {
  const transport = scriptedTransport((call) => runShell(shell, inputOf(call), { env: { PATH: process.env["PATH"] ?? "" } }));
  const open = (name: string): SetLogFiles => openSetLog(scriptedContext(transport), join(root, shell, name), "aa");

  it("are none before the first, which makes their folder, for its owner alone", async () => {
    const files = open("new/folder");
    expect(await files.readAfter(0)).toEqual([]);
    expect(await files.append(0, made(1))).toEqual({ records: [made(1)], appended: true });
    expect(await files.readAfter(0)).toEqual([made(1)]);
    expect(await files.readAfter(1)).toEqual([]);
    expect(readdirSync(join(root, shell, "new/folder"))).toEqual(["aa.1"]);
    expect(statSync(join(root, shell, "new/folder/aa.1")).mode & 0o777).toBe(0o600);
  });

  it("are decided by the first who writes; who was late gets what was decided", async () => {
    const files = open("race");
    await files.append(0, made(1));
    expect(await files.append(0, made(2))).toEqual({ records: [made(1)], appended: false });
    expect(await files.append(1, made(3))).toEqual({ records: [made(3)], appended: true });
    expect(await files.readAfter(0)).toEqual([made(1), made(3)]);
    expect(await Promise.all([files.append(2, made(4)), files.append(2, made(5)), files.append(2, made(6))]).then((all) => all.filter(({ appended }) => appended).length)).toBe(1);
  });

  it("are not mixed with those of another set, nor with what a writer that was killed left", async () => {
    const files = open("others");
    await files.append(0, made(1));
    for (const name of ["aa.draft-0b", "aab.1", "a.1"]) writeFileSync(join(root, shell, "others", name), "torn");
    expect(await files.readAfter(0)).toEqual([made(1)]);
  });

  it("that are torn, or cannot be written, are an error: what was decided is not known", async () => {
    const files = open("torn");
    await files.append(0, made(1));
    writeFileSync(join(root, shell, "torn", "aa.2"), '{"hpckit":"set 1"');
    await expect(files.readAfter(0)).rejects.toThrow(OutputUnreadableError);
    writeFileSync(join(root, shell, "file"), "");
    await expect(open("file/under").append(0, made(1))).rejects.toThrow("neither written nor read");
  });
});
