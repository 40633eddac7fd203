import { chown, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sync } from "@hpckit/transport";
import type { FaultGround } from "./fault-ground.js";
import type { Operation } from "./operations.js";
import { describeTree, writeTree } from "./trees.js";

const oldContent = "the old content\n";

/** A folder is made as another one is, in which most differs: what is left of a cut is old or new, file by file. */
export function syncing(direction: "up" | "down"): Operation {
  const folders = ({ here, there }: FaultGround): { readonly source: string; readonly target: string } =>
    direction === "up" ? { source: join(here, "to sync"), target: join(there, "synced") } : { source: join(there, "to sync"), target: join(here, "synced") };
  return {
    name: `sync ${direction}`,
    async prepare(ground) {
      const { source, target } = folders(ground);
      // The far side of the last cut may still be at work.
      for (const folder of [source, target]) await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
      await writeTree(source);
      await writeOld(target);
      if (direction === "up") await giveTo(ground, target);
    },
    async run(login, ground) {
      const remote = direction === "up" ? "synced" : "to sync";
      await sync(login, { local: join(ground.here, direction === "up" ? "to sync" : "synced"), remote, direction, delete: true });
      return undefined;
    },
    async leaves(ground, succeeded) {
      const { source, target } = folders(ground);
      const [expected, left] = [await describeTree(source), await describeLive(target)];
      if (succeeded) return left === expected ? undefined : "the folder is not as the other is";
      await writeOld(source);
      const known = new Set([...expected.split("\n"), ...(await describeTree(source)).split("\n")]);
      const strange = left.split("\n").filter((line) => !known.has(line));
      return strange.length === 0 ? undefined : `neither old nor new: ${strange.join(", ")}`;
    },
  };
}

/** The far side finds out by itself that it was cut, and may still be at work while its folder is read. */
async function describeLive(folder: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    const seen = await describeTree(folder).catch((error: unknown) => {
      if (tries === 100) throw error;
    });
    if (seen !== undefined) return seen;
    await delay(50);
  }
}

/** Some files of the same names, some others. */
async function writeOld(folder: string): Promise<void> {
  await mkdir(join(folder, "sub"), { recursive: true });
  await mkdir(join(folder, "gone"), { recursive: true });
  for (let index = 0; index < 60; index += 2) await writeFile(join(folder, "sub", `file ${index}`), oldContent);
  await writeFile(join(folder, "gone", "file"), oldContent);
}

async function giveTo({ there }: FaultGround, folder: string): Promise<void> {
  const { uid, gid } = await stat(there);
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, gid);
  await chown(folder, uid, gid);
}
