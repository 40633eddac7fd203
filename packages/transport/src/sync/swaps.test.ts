import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RemotePath } from "@hpckit/core";
import { lines, sh } from "@hpckit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { doWork } from "./do-work.js";
import type { FolderWork } from "./folder-work.js";
import { pinFolders } from "./pinned-folders.js";
import { renderWork, workFunctions } from "./work-script.js";

/** What would be done in a folder that was there when last looked at, and is now a link. */
const works: readonly FolderWork[] = [
  { kind: "unlink", folder: "swapped", names: ["a"] },
  { kind: "place", folder: "swapped", names: ["a"] },
  { kind: "make-folders", folder: "swapped", names: ["made"], mode: 0o755 },
  { kind: "remove-folders", folder: "swapped", names: ["empty"], mustGo: false },
  { kind: "set-file-modes", folder: "swapped", names: ["a"], mode: 0o666 },
  { kind: "set-folder-mode", folder: "swapped", mode: 0o777, group: undefined },
  { kind: "unlink", folder: "swapped/below", names: ["b"] },
];

let folder = "";
const at = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hpckit-swaps-"));
  for (const name of ["root", "outside/empty", "outside/below", "part/tree/swapped"]) await mkdir(at(name), { recursive: true });
  for (const name of ["outside/a", "outside/below/b"]) await writeFile(at(name), "keep", { mode: 0o600 });
  await writeFile(at("part/tree/swapped/a"), "new");
  await symlink("../outside", at("root/swapped"));
});
afterEach(() => rm(folder, { recursive: true }));

const outsideIsUntouched = async (): Promise<void> => {
  expect(await readdir(at("outside"))).toEqual(["a", "below", "empty"]);
  expect(await readdir(at("outside/below"))).toEqual(["b"]);
  expect(await readFile(at("outside/a"), "utf8")).toBe("keep");
  expect([(await stat(at("outside/a"))).mode & 0o777, (await stat(at("outside"))).mode & 0o777]).toEqual([0o600, 0o755]);
};

const onThisMachine = async (work: FolderWork): Promise<void> => {
  await using folders = await pinFolders(at("root"));
  const left: RemotePath[] = [];
  await doWork(work, { folders, staged: at("part/tree"), hasGroup: false, left });
};
const overThere = (work: FolderWork): Promise<unknown> => {
  const script = lines(sh`fail() { echo "$*" >&2; exit 1; }; root=${at("root")} part=${at("part")} gid=`, workFunctions, renderWork([work]));
  return promisify(execFile)("sh", ["-c", script.shell]);
};

describe("a folder that was swapped for a link", () => {
  beforeEach(() => chmod(at("outside"), 0o755));

  it.each(works)("is not entered on this machine: $kind in $folder", async (work) => {
    await expect(onThisMachine(work)).rejects.toMatchObject({ code: "path-refused" });
    await outsideIsUntouched();
  });

  it.each(works)("is not entered over there: $kind in $folder", async (work) => {
    await expect(overThere(work)).rejects.toMatchObject({ stderr: expect.stringContaining("astray") as string });
    await outsideIsUntouched();
  });

  it.each([onThisMachine, overThere])("is entered where it is a folder", async (run) => {
    await rm(at("root/swapped"));
    await mkdir(at("root/swapped"));
    await run({ kind: "place", folder: "swapped", names: ["a"] });
    expect(await readFile(at("root/swapped/a"), "utf8")).toBe("new");
  });

  it.runIf(process.platform === "linux")("stays the folder that was entered, when it is swapped only then", async () => {
    await rm(at("root/swapped"));
    await mkdir(at("root/swapped"));
    await using folders = await pinFolders(at("root"));
    await folders.enter("swapped", async (path) => {
      await rename(at("root/swapped"), at("root/moved"));
      await symlink("../outside", at("root/swapped"));
      await writeFile(Buffer.concat([path, Buffer.from("/a")]), "new");
    });
    expect(await readFile(at("root/moved/a"), "utf8")).toBe("new");
    await outsideIsUntouched();
  });

  it("is no way to the mode of a file behind a link", async () => {
    await mkdir(at("root/folder"));
    await symlink("../../outside/a", at("root/folder/a"));
    const work: FolderWork = { kind: "set-file-modes", folder: "folder", names: ["a"], mode: 0o666 };
    await overThere(work);
    await expect(onThisMachine(work)).rejects.toMatchObject({ code: "ELOOP" });
    await outsideIsUntouched();
  });
});
