import { execa } from "execa";
import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryCgroup } from "./boot/namespace.js";
import { clusterFolder, lockPath } from "./host/folders.js";
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
  await withFileLock(lockPath({ cluster: name }), async () => sweep(name));
  return true;
}

/** Ends what is left of a cluster. Callers hold the lock of its name. */
export async function sweep(name: string): Promise<void> {
  const state = await readState(name);
  if (state?.first) await end(state.first);
  // The keeper sweeps within moments; it must be through before anyone makes a folder of this name again.
  for (let attempt = 0; state?.keeper && isAlive(state.keeper); attempt += 1) {
    if (attempt === 200) await end(state.keeper);
    else await sleep(25);
  }
  // Where the keeper was killed, its work is left.
  await removeCgroup(name);
  await rm(clusterFolder(name), { recursive: true, force: true });
}

/** Of a PID namespace's first process: the kernel ends every other with it. */
async function end(identity: ProcessIdentity): Promise<void> {
  if (isAlive(identity)) process.kill(identity.pid, "SIGKILL");
  while (isAlive(identity)) await sleep(20);
}

async function removeCgroup(name: string): Promise<void> {
  const group = memoryCgroup(name);
  if (group === undefined || !existsSync(group)) return;
  await execa("find", [group, "-depth", "-type", "d", "-exec", "rmdir", "{}", "+"], { reject: false });
  await rmdir(join(group, "..")).catch(() => undefined);
}
