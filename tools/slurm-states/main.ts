import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Recordings } from "../../packages/slurm-client/src/fixtures/recordings.js";
import { listClusters, type Cluster } from "../cluster/src/index.js";
import { readArguments } from "../system/src/index.js";
import { recordScenarios } from "./record-scenarios.js";

const USAGE = `slurm-states CLUSTER… [--only PATTERN]
Brings jobs of clusters of your own into states that are rare, and for rare reasons, and records what Slurm says of them. Their slurm.conf is
changed and nodes are killed: take them down afterwards. With --only, recordings of other scenarios stay as they are.
`;

const pathOf = (version: string): string => fileURLToPath(new URL(`../../packages/slurm-client/src/state/fixtures/rare-${version.split(".").slice(0, 2).join(".")}.json`, import.meta.url));

async function record(cluster: Cluster, only: RegExp | undefined): Promise<void> {
  const path = pathOf(cluster.slurmVersion);
  const fresh = await recordScenarios(cluster, { only, onProgress: (line) => process.stdout.write(`${cluster.name}: ${line}\n`) });
  const before = only === undefined ? undefined : (JSON.parse(await readFile(path, "utf8")) as Recordings);
  const again = new Set(fresh.recordings.map(({ what }) => what));
  const recordings = [...(before?.recordings ?? []).filter(({ what }) => !again.has(what)), ...fresh.recordings];
  await writeFile(path, `${JSON.stringify({ ...fresh, jobs: { ...before?.jobs, ...fresh.jobs }, recordings }, undefined, 1)}\n`);
}

const { values, positionals } = readArguments({ args: process.argv.slice(2), allowPositionals: true, options: { only: { type: "string" } } });
const clusters = (await listClusters()).filter(({ name }) => positionals.includes(name));
if (clusters.length === 0 || clusters.length < positionals.length) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}
else for (const cluster of clusters) await record(cluster, values.only === undefined ? undefined : new RegExp(values.only));
