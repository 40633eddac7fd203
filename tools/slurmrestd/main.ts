import { writeFile } from "node:fs/promises";
import { readArguments } from "../system/src/index.js";
import { listClusters, type Cluster } from "../cluster/src/index.js";
import { readCommon } from "./read-common.js";
import { recordExchanges } from "./record-exchanges.js";
import { renderTypes } from "./render-types.js";
import { trimSpecification, type Specification } from "./trim-specification.js";
import { exchangesPath, recordedVersions, specificationPath, typedVersions, typesPath, type RecordedVersion } from "./versions.js";

const USAGE = `slurmrestd record CLUSTER…    of clusters that are up, of any version: their specifications, trimmed, and types of them
slurmrestd exchanges CLUSTER…  what clusters of your own answer: their controllers are stopped for a while
slurmrestd types              types of the specifications that were recorded
`;

async function fetchSpecification({ rest }: Cluster): Promise<Specification> {
  const headers = { "X-SLURM-USER-NAME": "alice", "X-SLURM-USER-TOKEN": await rest.createToken("alice") };
  const response = await fetch(`http://${rest.host}:${rest.port}/openapi/v3`, { headers });
  if (!response.ok) throw new Error(`slurmrestd answered ${response.status}`);
  return (await response.json()) as Specification;
}

async function record(names: readonly string[], store: (cluster: Cluster, recorded: RecordedVersion) => Promise<void>): Promise<void> {
  for (const cluster of await listClusters()) {
    const recorded = names.includes(cluster.name) ? recordedVersions.find(({ series }) => series === cluster.series) : undefined;
    if (recorded !== undefined) await store(cluster, recorded);
  }
}

const writeJson = (path: string, value: unknown): Promise<void> => writeFile(path, `${JSON.stringify(value, undefined, 1)}\n`);

async function storeSpecification(cluster: Cluster, recorded: RecordedVersion): Promise<void> {
  await writeJson(specificationPath(recorded), trimSpecification(await fetchSpecification(cluster), recorded.version, recorded.roots));
}

async function storeExchanges(cluster: Cluster, recorded: RecordedVersion): Promise<void> {
  await writeJson(exchangesPath(recorded), await recordExchanges(cluster, recorded));
}

async function writeTypes(): Promise<void> {
  for (const [name, versions] of Object.entries(typedVersions)) await writeFile(typesPath(name), await renderTypes(await readCommon(versions)));
}

const { positionals } = readArguments({ args: process.argv.slice(2), allowPositionals: true, options: {} });
const [command, ...names] = positionals;
if (command === "record" && names.length > 0) {
  await record(names, storeSpecification);
  await writeTypes();
} else if (command === "exchanges" && names.length > 0) await record(names, storeExchanges);
else if (command === "types") await writeTypes();
else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}
