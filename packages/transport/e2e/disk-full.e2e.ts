import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sync } from "@hpckit/transport";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";

/** Both sides write into it: the server is this machine. */
describe("a disk that is too small", () => {
  let server: Sshd;
  let folder = "";
  let small = "";
  const old = randomBytes(100_000);
  const full = { name: "TransportError", code: "disk-full" };
  const left = async (): Promise<readonly string[]> => (await readdir(small)).sort();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hpckit-disk-"));
    small = join(folder, "small");
    await mkdir(small);
    await execa("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", small]);
    await writeFile(join(small, "old"), old);
    await writeFile(join(folder, "large"), randomBytes(3_000_000));
    await mkdir(join(folder, "tree"));
    // Each of them is below the size from which on room is asked for.
    for (let index = 0; index < 8; index++) await writeFile(join(folder, "tree", `file ${index}`), randomBytes(400_000));
    // It sees what was mounted before it.
    server = await startSshd();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await execa("umount", [small]);
    await rm(folder, { recursive: true });
  });

  it("keeps the old file, and nothing of the new one, whichever side writes", async () => {
    await using login = await sshTo(server);
    const target = join(small, "old");
    await expect(login.writeFile(target, randomBytes(3_000_000))).rejects.toMatchObject(full);
    await expect(login.upload(join(folder, "large"), target)).rejects.toMatchObject(full);
    await expect(login.download(join(folder, "large"), target)).rejects.toMatchObject(full);
    expect(await readFile(target)).toEqual(old);
    expect(await left()).toEqual(["old"]);
  });

  it("leaves nothing of a folder that does not fit, whichever side writes", async () => {
    await using login = await sshTo(server);
    await expect(login.upload(join(folder, "tree"), join(small, "tree"))).rejects.toMatchObject(full);
    await expect(login.download(join(folder, "tree"), join(small, "tree"))).rejects.toMatchObject(full);
    await mkdir(join(small, "synced"));
    const folders = (direction: "up" | "down"): Parameters<typeof sync>[1] => (direction === "up" ? { direction, local: join(folder, "tree"), remote: join(small, "synced") } : { direction, local: join(small, "synced"), remote: join(folder, "tree") });
    for (const direction of ["up", "down"] as const) await expect(sync(login, folders(direction))).rejects.toMatchObject(full);
    expect(await readdir(join(small, "synced"))).toEqual([]);
    expect(await left()).toEqual(["old", "synced"]);
  });
});
