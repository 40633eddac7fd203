import { mkdir } from "node:fs/promises";
import { findProgram, MissingRequirementError } from "../../system/src/index.js";
import { addAccounts } from "./boot/accounts.js";
import { configure } from "./boot/configure.js";
import { enterChecked } from "./boot/enter.js";
import { makeKeys } from "./boot/keys.js";
import { memoryCgroup, spawnNamespace, type Namespace } from "./boot/namespace.js";
import { startAccounting, startBase, startController, startDatabase, startNodes, startRest } from "./boot/services.js";
import { openCluster, type Cluster } from "./cluster.js";
import { sweep } from "./down-cluster.js";
import { clusterFolder, clustersFolder, lockPath } from "./host/folders.js";
import { withFileLock } from "./host/file-lock.js";
import { findPorts } from "./host/ports.js";
import { identifyProcess } from "./host/process-identity.js";
import { createStep, type Progress, type Step } from "./progress.js";
import { ensureRoot } from "./root/build-root.js";
import { clusterRootSpec } from "./root/cluster-root.js";
import { imageRootSpec } from "./root/image-root.js";
import { checkClusterName, defaultClusterName, SERIES_FACTS, type Series } from "./series.js";
import { conditionOf, listFolders, readState, writeState, type ClusterState } from "./state/cluster-state.js";

export interface UpOptions {
  /** Unless told, `slurm-24-11` and the like. */
  readonly name?: string;
  /** The cluster ends when this process does, were it by `kill -9`. One that was up already stays as it was. */
  readonly leashed?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Brings a real cluster up and returns once it takes jobs; one that is up already is returned as it is.
 *
 * Guarantees: resolved ⇒ all daemons answer and all nodes are idle. Rejected, aborted or killed on the way ⇒ no
 * process and no mount of it is left.
 * @throws MissingRequirementError naming what this machine lacks
 */
export async function upCluster(series: Series, { name: chosen, leashed = false, signal, onProgress }: UpOptions = {}): Promise<Cluster> {
  await checkRequirements();
  const name = checkClusterName(chosen ?? defaultClusterName(series));
  const step = createStep(name, signal, onProgress);
  // Outside the lock of its name: builds have their own, and may take minutes.
  const root = await ensureRoot(clusterRootSpec(series), step, signal);
  const imageRoot = SERIES_FACTS[series].hasApptainer ? await ensureRoot(imageRootSpec(), step, signal) : undefined;

  const bringUp = async () => {
    const present = await readState(name);
    if (present && conditionOf(present) === "up") {
      if (present.series !== series) throw new Error(`the cluster ${name} is up already, with Slurm ${present.series}`);
      return openCluster(present);
    }
    await sweep(name);
    const state = await reserve(name, series);
    try {
      return await start(state, { root, ...(imageRoot && { imageRoot }), leashed }, step, signal);
    } catch (error) {
      await sweep(name);
      // The caller's own reason, not that of whatever happened to wait.
      signal?.throwIfAborted();
      throw error;
    }
  };
  return withFileLock(lockPath({ cluster: name }), bringUp, signal);
}

/** Writes the cluster's ports down before anything listens on them. */
async function reserve(name: string, series: Series): Promise<ClusterState> {
  await mkdir(clustersFolder(), { recursive: true });
  return withFileLock(lockPath("ports"), async () => {
    const others = await Promise.all((await listFolders()).map(readState));
    const ports = await findPorts(others.flatMap((other) => (other && conditionOf(other) !== "gone" ? [other.ports] : [])));
    const starter = identifyProcess(process.pid);
    if (starter === undefined) throw new Error("/proc does not show this process");
    const state = { name, series, ports, starter };
    await writeState(state);
    return state;
  });
}

async function start(
  state: ClusterState,
  { leashed, ...roots }: { readonly root: string; readonly imageRoot?: string; readonly leashed: boolean },
  step: Step,
  signal: AbortSignal | undefined,
): Promise<Cluster> {
  const { name, series, ports } = state;
  const folder = clusterFolder(name);
  const spawned = spawnNamespace({ name, folder, ...roots });
  const kept = { ...state, keeper: spawned.keeper };
  const [namespace] = await Promise.all([step("namespaces", async () => spawned.ready), writeState(kept)]);
  try {
    const { first } = namespace;
    const { pid } = first;
    await writeState({ ...kept, first });
    await step("configuration and keys", async () => {
      await configure(pid, { name, series, ports, hasMemoryCgroup: memoryCgroup(name) !== undefined });
      await makeKeys(pid, folder, ports.sshd, signal);
    });
    await step("munge, ssh and cron", async () => startBase(pid, signal));
    await step("MariaDB", async () => startDatabase(pid, signal));
    await step("slurmdbd", async () => startAccounting(pid, signal));
    await step("accounts and QOS", async () => addAccounts(pid, name, signal));
    await step("slurmctld", async () => startController(pid, signal));
    await step("slurmd on four nodes", async () => startNodes(pid, undefined, signal));
    await step("slurmrestd", async () => startRest(pid, ports, signal));
    return await release({ ...kept, first }, namespace, { leashed, signal });
  } catch (error) {
    await namespace.end();
    throw error;
  }
}

async function release(
  state: ClusterState,
  namespace: Namespace,
  { leashed, signal }: { readonly leashed: boolean; readonly signal: AbortSignal | undefined },
): Promise<Cluster> {
  // Debian prints `slurm-wlm 24.11.5`.
  const version = await enterChecked(namespace.first.pid, ["sinfo", "--version"]);
  signal?.throwIfAborted();
  await (leashed ? namespace.hold() : namespace.keep());
  const complete = { ...state, slurmVersion: version.trim().split(" ").at(-1) ?? "" };
  await writeState(complete);
  return openCluster(complete);
}

async function checkRequirements(): Promise<void> {
  const missing: string[] = [];
  if (process.platform !== "linux") missing.push(`this is ${process.platform}; Linux is needed`);
  else {
    if (process.getuid?.() !== 0) missing.push("not root: namespaces and mounts need it; run it with sudo");
    for (const program of ["unshare", "nsenter", "setpriv", "pivot_root", "flock"]) {
      if ((await findProgram(program)) === undefined) missing.push(`no ${program}: install util-linux`);
    }
  }
  if (missing.length > 0) throw new MissingRequirementError("A real cluster", missing);
}
