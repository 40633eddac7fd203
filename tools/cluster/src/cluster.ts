import { enter, type EnterOptions, type EnterResult } from "./boot/enter.js";
import { keyPath, knownHostsPath } from "./boot/keys.js";
import type { NodeName } from "./config/slurm-conf.js";
import { startDaemon, stopDaemon, type OutageDaemon } from "./daemon-outage.js";
import { clusterFolder } from "./host/folders.js";
import { killNode, restoreNode } from "./node-failure.js";
import { endSibling, startSibling } from "./sibling.js";
import { SERIES_FACTS, type Series } from "./series.js";
import type { ClusterState } from "./state/cluster-state.js";

/** How to sign in: `ssh -i privateKey -p port -o UserKnownHostsFile=knownHosts -o StrictHostKeyChecking=yes alice@host`. */
export interface ClusterLogin {
  readonly host: string;
  readonly port: number;
  /** Path of a known_hosts file with the login node's key. */
  readonly knownHosts: string;
  readonly users: Readonly<Record<"alice" | "bob", { readonly privateKey: string }>>;
}

/** slurmrestd, which takes tokens: `createToken("alice")`, then the headers X-SLURM-USER-NAME and X-SLURM-USER-TOKEN. */
export interface ClusterRest {
  readonly host: string;
  readonly port: number;
  createToken(user: string, options?: { readonly lifespanSeconds?: number }): Promise<string>;
}

/** A real Slurm cluster that runs on this machine. */
export interface Cluster {
  readonly name: string;
  /** As the cluster itself says, e.g. `24.11.5`. */
  readonly slurmVersion: string;
  readonly series: Series;
  readonly login: ClusterLogin;
  readonly rest: ClusterRest;
  /** The folder that all nodes share, as users of the cluster see it. */
  readonly shared: "/shared";
  readonly hasApptainer: boolean;
  /** The cluster's root directory as seen from this machine, for fixtures. */
  readonly root: string;
  /** Runs a command inside, on the login node, past ssh; as root unless told. A non-zero exit is a result. */
  exec(argv: readonly string[], options?: EnterOptions): Promise<EnterResult>;
  /** Ends a node with everything on it, as a power cut would; jobs there become NODE_FAIL or are requeued. */
  killNode(node: NodeName): Promise<void>;
  restoreNode(node: NodeName): Promise<void>;
  /**
   * Brings up a second cluster of the same site, which `-M` reaches: same login node, users, folders and accounting; one node (s1), one
   * partition (visitors). It ends with this one, or before.
   */
  startSibling(): Promise<{ readonly name: string }>;
  endSibling(): Promise<void>;
  /** Ends the controller or accounting, with `KILL` as a crash does. Jobs go on; nobody answers until it is started again. */
  stopDaemon(daemon: OutageDaemon, signal?: "TERM" | "KILL"): Promise<void>;
  /** Starts it again, and resolves once it answers. */
  startDaemon(daemon: OutageDaemon): Promise<void>;
}

/** The handle of a cluster that is up. */
export function openCluster(state: ClusterState): Cluster {
  const { name, series, ports, first, slurmVersion } = state;
  if (first === undefined || slurmVersion === undefined) throw new Error(`the cluster ${name} is not up`);
  const folder = clusterFolder(name);
  const exec: Cluster["exec"] = async (argv, options) => enter(first.pid, argv, options);
  return {
    name,
    slurmVersion,
    series,
    login: {
      host: "127.0.0.1",
      port: ports.sshd,
      knownHosts: knownHostsPath(folder),
      users: { alice: { privateKey: keyPath(folder, "alice") }, bob: { privateKey: keyPath(folder, "bob") } },
    },
    rest: {
      host: "127.0.0.1",
      port: ports.slurmrestd,
      async createToken(user, { lifespanSeconds = 3600 } = {}) {
        const { stdout, stderr } = await exec(["scontrol", "token", `username=${user}`, `lifespan=${lifespanSeconds}`]);
        const token = /^SLURM_JWT=(\S+)/m.exec(stdout)?.[1];
        if (token === undefined) throw new Error(`no token for ${user} from the cluster ${name}: ${stderr}`);
        return token;
      },
    },
    shared: "/shared",
    hasApptainer: SERIES_FACTS[series].hasApptainer,
    root: `/proc/${first.pid}/root`,
    exec,
    killNode: async (node) => killNode(first.pid, node),
    restoreNode: async (node) => restoreNode(first.pid, node),
    startSibling: async () => startSibling(first.pid, { name, ports }),
    endSibling: async () => endSibling(first.pid),
    stopDaemon: async (daemon, signal) => stopDaemon(first.pid, daemon, signal),
    startDaemon: async (daemon) => startDaemon(first.pid, daemon),
  };
}
