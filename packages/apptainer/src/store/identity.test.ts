import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sh } from "@hpckit/core";
import { beforeEach, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { digestedIdentity, type DigestedSource } from "./identity.js";

const scratch = scratchFolders("identity, it's ");
let folder: string;
beforeEach(() => {
  folder = scratch();
  mkdirSync(join(folder, "tree"));
  writeFileSync(join(folder, "tree", "file"), "one");
  writeFileSync(join(folder, "outside"), "one");
  symlinkSync(join(folder, "outside"), join(folder, "tree", "link"));
});

describe.each(shells)("what is digested in %s", (shell) => {
  const told = (source: Partial<DigestedSource>, env: Record<string, string> = {}): string => {
    const { script } = digestedIdentity("test", { paths: [], isOfMachine: false, ...source });
    const { status, stdout, stderr } = runShell(shell, `set -eu\n${script.shell}\n${sh`printf 'name %s\n' "$hpckit_name"`.shell}`, { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  };

  it("has its file's digest if it is one file, and another name for whatever changes", () => {
    const paths = [join(folder, "outside")];
    const one = told({ paths });
    expect(one).toMatch(new RegExp(`^digest sha256:${createHash("sha256").update("one").digest("hex")}\\nname [0-9a-f]{32}\\n$`));
    const others = [told({ paths, text: "" }), told({ paths, text: "x" }), told({ paths: [join(folder, "tree")] }), told({ paths: [...paths, ...paths] })];
    chmodSync(join(folder, "tree", "file"), 0o700);
    others.push(told({ paths: [join(folder, "tree")] }));
    expect(new Set([one, ...others]).size).toBe(6);
  });

  it("is a link in a folder, or what the link leads to where that is copied", () => {
    const tree = join(folder, "tree");
    const before = [told({ paths: [tree] }), told({ followed: [tree] })];
    writeFileSync(join(folder, "outside"), "two");
    const after = [told({ paths: [tree] }), told({ followed: [tree] })];
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it("has no name if it is not there or cannot be read as a whole, whatever else is", () => {
    const [tree, missing] = [join(folder, "tree"), join(folder, "no\nne")];
    expect(told({ paths: [tree, missing] })).toBe(`state source-missing\nsource ${missing.replace("\n", " ")}\n`);
    symlinkSync("nowhere", join(tree, "dangling"));
    expect(told({ paths: [join(folder, "outside")], followed: [tree], text: "x" })).toBe(`state source-unreadable\nsource ${tree}\n`);
  });

  it("has no name where tar is another one than GNU's", () => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "tar"), "#!/bin/sh\necho \"tar: unrecognized option '--sort=name'\" >&2\nexit 64\n");
    chmodSync(join(bin, "tar"), 0o755);
    expect(told({ paths: [join(folder, "tree")] }, { PATH: `${bin}:${process.env["PATH"] ?? ""}` })).toContain("state source-unreadable");
  });
});
