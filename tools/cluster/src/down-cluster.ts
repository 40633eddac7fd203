import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryCgroup } from "./boot/namespace.js";
import { clusterFolder, clustersFolder } from "./host/folders.js";
import { withFileLock } from "./host/file-lock.js";
import { isAlive, type ProcessIdentity } from "./host/process-identity.js";
import { checkClusterName } from "./series.js";
import { conditionOf, readState } from "./state/cluster-state.js";

/**
 * Ends a cluster and removes all that it had but the cached roots; false if there was none of that name.
 * One whose `up` was killed half way is swept too; one whose `up` is still at work is ended, and that `up` fails.
 */
export async function downCluster(name: string): Promise<boolean> {
  checkClusterName(name);
  if (!existsSync(clusterFolder(name))) return false;
  const starting = await readState(name);
  if (starting && conditionOf(starting) === "starting" && starting.first) await end(starting.first);
  await withFileLock(join(clustersFolder(), `${name}.lock`), async () => sweep(name));
  return true;
}

/** Ends what is left of a cluster. Callers hold the lock of its name. */
export async function sweep(name: string): Promise<void> {
  const first = (await readState(name))?.first;
  if (first) await end(first);
  const folder = clusterFolder(name);
  // The keeper does the rest within moments; where it was killed as well, we do.
  for (let attempt = 0; attempt < 20 && first && existsSync(folder); attempt += 1) await sleep(50);
  await removeCgroup(name);
  await rm(folder, { recursive: true, force: true });
}

/** The kernel ends every process of a PID namespace with its first one. */
async function end(first: ProcessIdentity): Promise<void> {
  if (isAlive(first)) process.kill(first.pid, "SIGKILL");
  while (isAlive(first)) await sleep(20);
}

async function removeCgroup(name: string): Promise<void> {
  const group = memoryCgroup(name);
  if (group === undefined || !existsSync(group)) return;
  const { execa } = await import("execa");
  await execa("find", [group, "-depth", "-type", "d", "-exec", "rmdir", "{}", "+"], { reject: false });
  await rmdir(join(group, "..")).catch(() => undefined);
}
