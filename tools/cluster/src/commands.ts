import { spawn } from "node:child_process";
import { once } from "node:events";
import { renderEntry, ROOT_ENVIRONMENT } from "./boot/enter.js";
import type { Cluster } from "./cluster.js";
import { OUTAGE_DAEMONS } from "./daemon-outage.js";
import { downCluster } from "./down-cluster.js";
import { listClusters, listRemains } from "./list-clusters.js";
import { parseNode } from "./node-failure.js";
import type { Progress } from "./progress.js";
import { parseSeries } from "./series.js";
import { listFolders, readState } from "./state/cluster-state.js";
import { upCluster } from "./up-cluster.js";

/** The commands of `main.ts`; each gives the exit status. */

export async function upCommand(versions: readonly string[], options: { readonly name?: string; readonly signal: AbortSignal }): Promise<number> {
  const wanted = (versions.length > 0 ? versions : ["newest"]).map(parseSeries);
  if (options.name !== undefined && wanted.length > 1) throw new Error("--name goes with one version");
  const before = new Set((await listClusters()).map((cluster) => cluster.name));
  const results = await Promise.allSettled(wanted.map(async (series) => upCluster(series, { ...options, onProgress: printProgress })));
  for (const result of results) {
    if (result.status === "rejected") throw result.reason;
    const cluster = result.value;
    if (before.has(cluster.name)) process.stdout.write(`${cluster.name} is already up\n`);
    process.stdout.write(describe(cluster));
  }
  return 0;
}

export async function downCommand(names: readonly string[], { all }: { readonly all: boolean }): Promise<number> {
  // What `up` left when it was killed half way counts too.
  const present = await listFolders();
  const wanted = all ? present : names;
  if (!all && names.length === 0) {
    process.stderr.write(`name a cluster or say --all; there ${present.length === 0 ? "is none" : `is ${present.join(", ")}`}\n`);
    return 2;
  }
  const found = await Promise.all(wanted.map(async (name) => ({ name, was: await downCluster(name) })));
  for (const { name, was } of found) process.stdout.write(was ? `${name} is down\n` : `there is no cluster ${name}\n`);
  return 0;
}

export async function statusCommand({ json }: { readonly json: boolean }): Promise<number> {
  const clusters = await listClusters();
  if (json) process.stdout.write(`${JSON.stringify(clusters, undefined, 2)}\n`);
  else if (clusters.length === 0) process.stdout.write("no cluster is up\n");
  else for (const cluster of clusters) process.stdout.write(describe(cluster));
  const remains = await listRemains();
  if (remains.length > 0) process.stderr.write(`files are left of killed clusters; to remove them: npm run cluster -- down ${remains.join(" ")}\n`);
  return 0;
}

export async function shellCommand([name, ...argv]: readonly string[], { as }: { readonly as?: string }): Promise<number> {
  const cluster = await find(name);
  const first = (await readState(cluster.name))?.first;
  if (first === undefined) throw new Error(`the cluster ${cluster.name} went down`);
  const [program, ...words] = renderEntry(first.pid, argv.length > 0 ? argv : ["bash", "-l"], as);
  if (program === undefined) return 2;
  const child = spawn(program, words, { stdio: "inherit", env: { ...ROOT_ENVIRONMENT, TERM: process.env["TERM"] ?? "dumb" } });
  const [status, signal] = (await once(child, "exit")) as [number | null, string | null];
  return status ?? (signal === null ? 1 : 128);
}

export async function nodeCommand([name, action, node]: readonly string[]): Promise<number> {
  const cluster = await find(name);
  const chosen = parseNode(node ?? "");
  if (action === "kill") await cluster.killNode(chosen);
  else if (action === "restore") await cluster.restoreNode(chosen);
  else throw new Error(`a node can be killed or restored, not "${action ?? ""}"`);
  return 0;
}

export async function daemonCommand([name, action, daemon]: readonly string[]): Promise<number> {
  const cluster = await find(name);
  const chosen = OUTAGE_DAEMONS.find((known) => known === daemon);
  if (chosen === undefined) throw new Error(`unknown daemon "${daemon ?? ""}": choose ${OUTAGE_DAEMONS.join(" or ")}`);
  if (action === "stop") await cluster.stopDaemon(chosen);
  else if (action === "start") await cluster.startDaemon(chosen);
  else throw new Error(`a daemon can be stopped or started, not "${action ?? ""}"`);
  return 0;
}

async function find(name: string | undefined): Promise<Cluster> {
  const clusters = await listClusters();
  const cluster = clusters.find((candidate) => candidate.name === name);
  if (cluster) return cluster;
  const names = clusters.map((candidate) => candidate.name).join(", ");
  throw new Error(`no cluster ${name ?? "(unnamed)"} is up; ${names === "" ? "there is none" : `there is ${names}`}`);
}

function printProgress({ cluster, step, seconds }: Progress): void {
  const time = seconds === undefined ? "…" : `${seconds.toFixed(1)} s`;
  process.stderr.write(`${time.padStart(8)}  ${cluster}  ${step}\n`);
}

function describe({ name, slurmVersion, login, rest, hasApptainer }: Cluster): string {
  const ssh = `ssh -p ${login.port} -i ${login.users.alice.privateKey} -o UserKnownHostsFile=${login.knownHosts} alice@${login.host}`;
  return `${name}: Slurm ${slurmVersion}${hasApptainer ? ", Apptainer" : ""}, REST on ${rest.host}:${rest.port}\n  ${ssh}\n`;
}
