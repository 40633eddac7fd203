import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptedTransport } from "@hpckit/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { inputOf, scriptedContext } from "../fixtures/scripted-slurm.js";
import { openSetLog, type SetLogFiles } from "./set-log-files.js";
import type { SetRecord } from "./set-record.js";

const root = mkdtempSync(join(tmpdir(), "it's a state é "));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const made = (at: number): SetRecord => ({ kind: "cancelled", madeAtSeconds: at });
const coded = (code: string, message = ""): unknown => expect.objectContaining({ code, message: expect.stringContaining(message) as string });

/** A program of our own in the place of the system's, for one folder of programs. */
function program(bin: string, name: string, script: string): string {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  return bin;
}

describe.each(shells)("the records of a set on a file system (%s)", (shell) => {
  const open = (name: string, bin?: string): SetLogFiles => {
    const path = [...(bin === undefined ? [] : [bin]), process.env["PATH"] ?? ""].join(":");
    return openSetLog(scriptedContext(scriptedTransport((call) => runShell(shell, inputOf(call), { env: { PATH: path } }))), join(root, shell, name), "aa");
  };

  it("are none before the first, which makes their folder, for its owner alone", async () => {
    const files = open("new/folder");
    expect(await files.readAfter(0)).toEqual([]);
    expect(await files.append(0, made(1))).toEqual({ records: [made(1)], appended: true });
    expect(await files.readAfter(0)).toEqual([made(1)]);
    expect(await files.readAfter(1)).toEqual([]);
    expect(readdirSync(join(root, shell, "new/folder/aa"))).toEqual(["1"]);
    expect(["aa", "aa/1"].map((name) => statSync(join(root, shell, "new/folder", name)).mode & 0o777)).toEqual([0o700, 0o600]);
  });

  it("are decided by the first who writes; who was late gets what was decided", async () => {
    const files = open("race");
    await files.append(0, made(1));
    expect(await files.append(0, made(2))).toEqual({ records: [made(1)], appended: false });
    expect(await files.append(1, made(3))).toEqual({ records: [made(3)], appended: true });
    expect(await files.readAfter(0)).toEqual([made(1), made(3)]);
    expect(await Promise.all([files.append(2, made(4)), files.append(2, made(5)), files.append(2, made(6))]).then((all) => all.filter(({ appended }) => appended).length)).toBe(1);
  });

  it("are not mixed with what a writer that was killed left", async () => {
    const files = open("others");
    await files.append(0, made(1));
    for (const name of ["draft-0b", "11", "2.bak"]) writeFileSync(join(root, shell, "others/aa", name), "torn");
    expect(await files.readAfter(0)).toEqual([made(1)]);
  });

  it("that are torn are an error: what was decided is not known", async () => {
    const files = open("torn");
    await files.append(0, made(1));
    writeFileSync(join(root, shell, "torn/aa/2"), '{"hpckit":"set 1"');
    await expect(files.readAfter(0)).rejects.toEqual(coded("set-record-unreadable"));
    await expect(files.append(1, made(2))).rejects.toEqual(coded("set-record-unreadable"));
  });

  it("that cannot be written are an error, and none of ours is left", async () => {
    writeFileSync(join(root, shell, "file"), "");
    await expect(open("file/under").append(0, made(1))).rejects.toEqual(coded("set-log-unusable", "not read or written"));
    await expect(open("file/under").readAfter(0)).rejects.toEqual(coded("set-log-unusable"));
    await open("full").append(0, made(1));
    const noLinks = program(join(root, shell, "no links"), "ln", 'echo "ln: Operation not permitted" >&2; exit 1');
    await expect(open("full", noLinks).append(1, made(2))).rejects.toEqual(coded("set-log-unusable", "Operation not permitted"));
    const noRoom = program(join(root, shell, "no room"), "cat", 'echo "cat: write error: No space left on device" >&2; exit 1');
    await expect(open("full", noRoom).append(1, made(2))).rejects.toEqual(coded("set-log-unusable", "No space left"));
    expect(readdirSync(join(root, shell, "full/aa"))).toEqual(["1"]);
  });

  it("that cannot be read are an error, and not the end of the records", async () => {
    await open("stale").append(0, made(1));
    await open("stale").append(1, made(2));
    const stale = program(join(root, shell, "stale cat"), "cat", '[ "$2" = 1 ] && exec /bin/cat "$@"; echo "cat: Stale file handle" >&2; exit 1');
    await expect(open("stale", stale).readAfter(0)).rejects.toEqual(coded("set-log-unusable", "Stale file handle"));
    const unlisted = program(join(root, shell, "unlisted"), "ls", "exit 2");
    await expect(open("stale", unlisted).readAfter(0)).rejects.toEqual(coded("set-log-unusable"));
  });

  it("go all at once, unless more was decided; a client that knew some is told, and writes none of its own", async () => {
    const files = open("gone");
    await files.append(0, made(1));
    await files.append(1, made(2));
    expect(await files.remove(1)).toBe(false);
    mkdirSync(join(root, shell, "gone/bb.gone-0c"));
    expect(await files.remove(2)).toBe(true);
    expect(readdirSync(join(root, shell, "gone"))).toEqual([]);
    await expect(files.append(2, made(3))).rejects.toEqual(coded("set-forgotten"));
    await expect(files.readAfter(2)).rejects.toEqual(coded("set-forgotten"));
    expect(existsSync(join(root, shell, "gone/aa"))).toBe(false);
    expect(await files.append(0, made(4))).toEqual({ records: [made(4)], appended: true });
    // Those of another set of the key are not taken for the next.
    await expect(files.append(2, made(5))).rejects.toEqual(coded("set-forgotten"));
  });

  it("of a set that was begun under the key since are neither read nor written to, nor removed, by who knew the old one", async () => {
    const old = open("again");
    await old.append(0, made(1));
    await old.append(1, made(2));
    const looking = open("again");
    await looking.readAfter(0);
    expect(await open("again").remove(2)).toBe(true);
    const fresh = open("again");
    for (const known of [0, 1, 2]) await fresh.append(known, made(10 + known));
    for (const files of [old, looking]) {
      await expect(files.readAfter(2)).rejects.toEqual(coded("set-forgotten"));
      await expect(files.append(3, made(3))).rejects.toEqual(coded("set-forgotten"));
      await expect(files.remove(3)).rejects.toEqual(coded("set-forgotten"));
    }
    expect(await fresh.readAfter(1)).toEqual([made(11), made(12)]);
    expect(await fresh.append(3, made(13))).toEqual({ records: [made(13)], appended: true });
    // Who begins anew has the new one.
    expect(await old.readAfter(0)).toHaveLength(4);
    expect(await old.readAfter(4)).toEqual([]);
  });

  it("that are gone do not come back by waiting; which set they are of must be known for certain", async () => {
    const files = open("final");
    await files.append(0, made(1));
    const unreadable = program(join(root, shell, "unreadable"), "grep", 'echo "grep: Stale file handle" >&2; exit 2');
    const blind = open("final", unreadable);
    await blind.readAfter(0);
    await expect(blind.readAfter(1)).rejects.toEqual(coded("set-log-unusable", "Stale file handle"));
    await files.remove(1);
    await expect(files.readAfter(1)).rejects.toMatchObject({ code: "set-forgotten", retryable: false });
  });
});
