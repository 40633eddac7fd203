import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { identifyProcess, type ProcessIdentity } from "../host/process-identity.js";
import { IMAGE_ROOT_IN_CLUSTER } from "../root/image-root.js";
import { FIRST_PROCESS_SCRIPT, KEEPER_SCRIPT } from "./namespace-script.js";

export interface NamespaceInput {
  readonly name: string;
  readonly folder: string;
  readonly root: string;
  readonly imageRoot?: string;
}

/** The process outside that waits for the cluster's end and then sweeps, and what it is about to bring up. */
export interface SpawnedNamespace {
  readonly keeper: ProcessIdentity;
  readonly ready: Promise<Namespace>;
}

/** An empty cluster: its own processes, mounts and host name, in a copy-on-write root, with nothing running yet. */
export interface Namespace {
  readonly first: ProcessIdentity;
  /** Lets the cluster outlive this process. */
  keep(): Promise<void>;
  /** Leaves the cluster on its leash: it ends when this process does, however that is. */
  hold(): Promise<void>;
  /** Ends every process and mount; resolved once the keeper has swept. */
  end(): Promise<void>;
}

const MEMORY_CGROUPS = "/sys/fs/cgroup/memory";

/** Where jobs' memory limits can be real: cgroup v1, in which a group may hold both processes and groups. */
export function memoryCgroup(name: string): string | undefined {
  return existsSync(`${MEMORY_CGROUPS}/cgroup.procs`) ? `${MEMORY_CGROUPS}/hpckit/${name}` : undefined;
}

export function spawnNamespace(input: NamespaceInput): SpawnedNamespace {
  const keeper = spawn("sh", ["-c", KEEPER_SCRIPT], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    cwd: "/",
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      NAME: input.name,
      FOLDER: input.folder,
      LOWER: input.root,
      IMAGE_ROOT: input.imageRoot ?? "",
      IMAGE_MOUNT: IMAGE_ROOT_IN_CLUSTER,
      CGROUP: memoryCgroup(input.name) ?? "",
      FIRST_PROCESS: FIRST_PROCESS_SCRIPT,
    },
  });
  const identity = keeper.pid === undefined ? undefined : identifyProcess(keeper.pid);
  if (identity === undefined) throw new Error("cannot start a shell for the cluster's namespaces");
  return { keeper: identity, ready: readiness(keeper) };
}

async function readiness(keeper: ChildProcess): Promise<Namespace> {
  const leash = keeper.stdio[3] as Socket;
  // A leash that breaks is seen as the end of its lines.
  leash.on("error", () => undefined);
  let complaints = "";
  keeper.stderr?.on("data", (chunk: Buffer) => (complaints += String(chunk)));
  const swept = new Promise<void>((resolve) => keeper.once("exit", () => resolve()));
  const lines = createInterface({ input: leash })[Symbol.asyncIterator]();
  const expectLine = async (start: string): Promise<string> => {
    const { value } = (await lines.next()) as { value: string | undefined };
    if (value?.startsWith(start)) return value.slice(start.length).trim();
    await swept;
    throw new Error(`the cluster's namespaces did not come up (${value ?? "its first process ended"}):\n${complaints}`);
  };

  const first = identifyProcess(Number(await expectLine("pid")));
  await expectLine("mounted");
  if (first === undefined) throw new Error("the cluster's first process ended at once");
  const letGo = () => {
    leash.destroy();
    keeper.stderr?.destroy();
    keeper.unref();
  };
  return {
    first,
    async keep() {
      leash.write("keep\n");
      await expectLine("keep");
      letGo();
    },
    async hold() {
      leash.write("hold\n");
      await expectLine("hold");
      // What is open must not keep this process from ending.
      leash.unref();
      keeper.stderr?.destroy();
      keeper.unref();
    },
    async end() {
      leash.destroy();
      await swept;
      letGo();
    },
  };
}
