import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderFunctions } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { packEnvironment, type EnsuredPackedEnv } from "./pack-environment.js";

const makeFolder = scratchFolders("it's to be packed ");

/** An environment as it is complete, and a program that stands for mksquashfs: `during` runs while it packs. */
function makeEnvironment(during: string): { readonly folder: string; readonly pack: () => Promise<EnsuredPackedEnv> } {
  const root = makeFolder();
  const folder = join(root, "one-1");
  mkdirSync(join(folder, ".hpckit"), { recursive: true });
  for (const name of ["pyvenv.cfg", "thing.py"]) writeFileSync(join(folder, name), "");
  runShell("sh", `${folderFunctions.shell}\nhpckit_files "$AT" > "$AT/.hpckit/complete"`, { env: { AT: folder } });
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin/mksquashfs"), `#!/bin/sh\ncd -- "$1" && { ${during}; }\n: > "$2"\n`);
  chmodSync(join(root, "bin/mksquashfs"), 0o755);
  const pack = async (): Promise<EnsuredPackedEnv> => {
    await using here = await connectLocal();
    const env = { PATH: `${join(root, "bin")}:${process.env["PATH"] ?? ""}` };
    return await packEnvironment({ folder, pythonVersion: "3.13.5", basePrefix: undefined }, { ...here, stream: (argv, options) => here.stream(argv, { ...options, env }) });
  };
  return { folder, pack };
}

describe("packEnvironment", () => {
  it("packs what is whole, once", async () => {
    const { folder, pack } = makeEnvironment(":");
    const made = await pack();
    expect(made).toMatchObject({ folder, outcome: "made" });
    expect(await pack()).toEqual({ ...made, outcome: "found" });
  });

  it("packs nothing of which a purge has taken files, before or meanwhile", async () => {
    const { folder, pack } = makeEnvironment("rm thing.py");
    for (const state of ["whole", "damaged"]) {
      expect(existsSync(join(folder, "thing.py"))).toBe(state === "whole");
      await expect(pack()).rejects.toMatchObject({ code: "pack-failed", message: expect.stringContaining("ensure that environment again") as string });
      expect(readdirSync(join(folder, "../packed"))).toEqual([]);
    }
  });

  it("packs nothing that a prune takes away meanwhile", async () => {
    const { folder, pack } = makeEnvironment('mv "$PWD" ../pruned');
    await expect(pack()).rejects.toMatchObject({ code: "pack-failed", message: expect.stringContaining("ensure that environment again") as string });
    expect(readdirSync(join(folder, "../packed"))).toEqual([]);
  });
});
