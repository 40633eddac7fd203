import { chownSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { sync } from "./apply-sync.js";

/** Only root can give files to others. */
describe.runIf(process.getuid?.() === 0).each(["up", "down"] as const)("owners of what is synced %s", (direction) => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "hpckit-owners-"));
    for (const name of ["source/shared", "target/shared"]) await mkdir(join(folder, name), { recursive: true });
    for (const name of ["source/kept", "source/shared/kept", "source/shared/new"]) await writeFile(join(folder, name), "new", { mode: 0o750 });
    for (const name of ["target/kept", "target/shared/kept"]) await writeFile(join(folder, name), "old one");
    chownSync(join(folder, "target/kept"), 4711, 4712);
    chownSync(join(folder, "target/shared/kept"), 0, 0);
    chownSync(join(folder, "target/shared"), 0, 4713);
    await chmod(join(folder, "target/shared"), 0o2755);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = async (others: object = {}): Promise<readonly (readonly [number, number, number])[]> => {
    await using transport = await connectLocal();
    const [local, remote] = direction === "up" ? [join(folder, "source"), join(folder, "target")] : [join(folder, "target"), join(folder, "source")];
    await sync(transport, { local, remote, direction, ...others });
    const found = await Promise.all(["kept", "shared/kept", "shared/new"].map((name) => stat(join(folder, "target", name))));
    return found.map(({ uid, gid, mode }) => [uid, gid, mode & 0o7777]);
  };

  it("are those of the files that are replaced, and of the folder that hands on its group", async () => {
    expect(await run()).toEqual([[4711, 4712, 0o750], [0, 0, 0o750], [0, 4713, 0o750]]);
  });

  it("are those of a policy, if there is one", async () => {
    expect(await run({ policy: { fileMode: 0o640, folderMode: 0o2750, group: "4714" } })).toEqual([[0, 4714, 0o750], [0, 4714, 0o750], [0, 4714, 0o750]]);
    await utimes(join(folder, "source/kept"), 1, 1);
    expect(await run({ policy: { fileMode: 0o640, folderMode: 0o2750, group: "4715" } })).toEqual([[0, 4715, 0o750], [0, 4714, 0o750], [0, 4714, 0o750]]);
  });
});
