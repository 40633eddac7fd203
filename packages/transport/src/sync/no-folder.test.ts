import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { snapshotTree } from "../tree/snapshot-tree.js";
import { sync } from "./apply-sync.js";
import { snapshotLocalTree } from "./snapshot-local-tree.js";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit-files-"));
  mkdirSync(at("folder"));
  for (const name of ["file", "folder/a"]) writeFileSync(at(name), name);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a file where a folder is expected", () => {
  const cases = (["up", "down"] as const).flatMap((direction) => ["file", "file/in"].flatMap((name) => (["local", "remote"] as const).map((side) => ({ direction, side, name }))));

  it.each(cases)("is one error of a sync $direction, with the next step: $side $name", async ({ direction, side, name }) => {
    await using here = await connectLocal();
    const where = side === "local" ? "here" : `on ${hostname()}`;
    await expect(sync(here, { local: at("folder"), remote: at("folder"), [side]: at(name), direction, delete: true })).rejects.toMatchObject({
      code: "not-supported",
      message: `sync ${at(name)} ${where}: it is no folder, or leads through something that is none; give a folder on both sides; a single file is copied by upload or download`,
    });
    expect(readFileSync(at("file"), "utf8")).toBe("file");
  });

  it("is the same error of a snapshot, here and over there", async () => {
    await using here = await connectLocal();
    for (const [where, snapshot] of [["here", snapshotLocalTree(at("file"))], [`on ${hostname()}`, snapshotTree(here, at("file"))]] as const) {
      await expect(snapshot).rejects.toMatchObject({ code: "not-supported", message: `snapshot ${at("file")} ${where}: it is no folder, or leads through something that is none; give the folder that it stands in` });
    }
  });
});
