import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { connectSlurm, type ConnectSlurmOptions, type RestOptions, type Slurm } from "@hpckit/slurm-client";
import { connectSsh, type SshOptions } from "@hpckit/transport";
import { downCluster, upCluster, type Cluster, type Series } from "../../cluster/src/index.js";
import { loginOptions } from "../../e2e/sign-in.js";
import { startWire, type Wire } from "../../wire/wire.js";
import { placeFaults, type FaultyPrograms } from "./faults.js";

/** Over slurmrestd sbatch is not started, so that it cannot fail: clients are killed and connections cut. */
export type SubmissionRoad = "command-line" | "rest";

/** A cluster of our own, with an sbatch that fails when told, and a wire to its login node that can be cut. */
export interface SubmissionGround extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly wire: Wire;
  readonly transport: Transport;
  readonly slurm: Slurm;
  readonly programs: FaultyPrograms;
  readonly direct: SshOptions;
  readonly throughWire: SshOptions;
  readonly options: ConnectSlurmOptions;
  readonly way: SubmissionRoad;
  /** To which jobs append a line when they run. */
  readonly runs: string;
}

const settleMs = 1500;
const lateSeconds = 6;

export async function openSubmissionGround(series: Series, way: SubmissionRoad): Promise<SubmissionGround> {
  const cluster = await upCluster(series, { name: `soak-${process.pid}`, leashed: true });
  const here = await mkdtemp(join(tmpdir(), "hpckit-soak-"));
  const direct = loginOptions(cluster);
  const wire = await startWire({ port: direct.port ?? 22 });
  const knownHosts = join(here, "known_hosts");
  await writeFile(knownHosts, (await readFile(cluster.login.knownHosts, "utf8")).replaceAll(`]:${direct.port ?? 22} `, `]:${wire.port} `));
  const transport = await connectSsh({ ...direct, manners: { loginsPerMinute: Infinity } });
  const folder = "/shared/scratch/soak of submissions";
  await transport.mkdir(folder);
  const programs = await placeFaults(transport, folder, lateSeconds);
  const rest: RestOptions | undefined = way === "rest" ? { address: { host: cluster.rest.host, port: cluster.rest.port }, token: { scontrol: {} } } : undefined;
  const options: ConnectSlurmOptions = { rest, binFolder: programs.binFolder, stateFolder: `${folder}/state`, pollIntervalMs: 1000, patience: { settleMs, heartbeatMs: 60_000 } };
  return {
    cluster,
    wire,
    transport,
    slurm: await connectSlurm(transport, options),
    programs,
    direct,
    throughWire: { ...direct, port: wire.port, knownHosts: { file: knownHosts } },
    options,
    way,
    runs: `${folder}/runs`,
    async [Symbol.asyncDispose]() {
      await transport[Symbol.asyncDispose]();
      await wire[Symbol.asyncDispose]();
      await downCluster(cluster.name);
      await rm(here, { recursive: true });
    },
  };
}
