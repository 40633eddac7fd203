import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { lines, sh } from "@hpckit/core";
import { expect, it } from "vitest";
import { sweepLocalStaging } from "./local-staging.js";
import { stagingName, sweepStaging } from "./staging.js";

const ways = {
  "over there": async (root: string, minutes: number): Promise<unknown> => promisify(execFile)("sh", ["-c", lines(sh`root=${root}`, sweepStaging(minutes)).shell]),
  here: sweepLocalStaging,
};

it.each(Object.entries(ways))("what a machine's death has left is swept %s, and nothing that is young, or that is not ours", async (_, sweep) => {
  const root = await mkdtemp(join(tmpdir(), "hpckit-sweep-"));
  try {
    const [left, link] = [stagingName(), stagingName()];
    await mkdir(join(root, left, "tree"), { recursive: true });
    await writeFile(join(root, left, "tree", "file"), "");
    await mkdir(join(root, "folder"));
    await symlink("folder", join(root, link));
    await mkdir(join(root, ".hpckit-0123456789abcdef.part"));
    await sweep(root, 1);
    expect(await readdir(root)).toHaveLength(4);
    await sweep(root, 0);
    expect((await readdir(root)).sort()).toEqual([".hpckit-0123456789abcdef.part", link, "folder"].sort());
  } finally {
    await rm(root, { recursive: true });
  }
});
