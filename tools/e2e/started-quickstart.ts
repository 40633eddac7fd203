import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { memoryCgroup } from "../cluster/src/boot/namespace.js";
import { clusterFolder } from "../cluster/src/host/folders.js";
import { downCluster, listClusters, type Series } from "../cluster/src/index.js";
import { readState } from "../cluster/src/state/cluster-state.js";
import { repositoryRoot } from "../config/packages.js";
import { findProcesses, pidNamespace } from "./find-processes.js";

export interface QuickstartStart {
  readonly series: Series;
  /** A cluster that is up already; a new one unless told. */
  readonly cluster?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** To every process of the group, as a terminal does it; or to npm alone, as a supervisor does. */
export type Recipient = "group" | "npm";

/** `npm run quickstart` in a process group of its own, as a shell starts what stands in the foreground of a terminal. */
export interface StartedQuickstart extends AsyncDisposable {
  /** Standard output and error so far. */
  readonly printed: () => string;
  readonly hasPrinted: (text: string) => Promise<void>;
  readonly send: (signal: NodeJS.Signals, to: Recipient) => void;
  /** What npm ended with, once nobody writes for it any more. */
  readonly end: Promise<number | NodeJS.Signals>;
  /** Processes of it and of its new cluster, and the cluster's folder and cgroup. */
  readonly leftovers: () => Promise<readonly string[]>;
}

export async function startQuickstart({ series, cluster, environment = {} }: QuickstartStart): Promise<StartedQuickstart> {
  const name = cluster ?? `interrupt-${randomBytes(3).toString("hex")}`;
  const product = await mkdtemp(join(tmpdir(), "quickstart-"));
  const npm = spawn("npm", ["run", "quickstart", "--", "--slurm", series, "--name", name, "--product", product], {
    cwd: repositoryRoot,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    // By this every process that comes of it is known, whoever its parent is by then.
    env: { ...process.env, ...environment, HPCKIT_QUICKSTART: product },
  });
  const { pid } = npm;
  if (pid === undefined) throw new Error("npm does not start");
  let printed = "";
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (piece: Buffer) => (printed += String(piece)));
  const end = new Promise<number | NodeJS.Signals>((resolve) => npm.once("close", (code, signal) => resolve(code ?? signal ?? 1)));
  const namespaces = new Set<string>();
  const processes = () => findProcesses({ marked: `HPCKIT_QUICKSTART=${product}`, namespaces });

  return {
    printed: () => printed,
    async hasPrinted(text) {
      await expect.poll(() => printed, { timeout: 120_000, interval: 20 }).toContain(text);
      const first = cluster === undefined ? (await readState(name))?.first : undefined;
      if (first !== undefined) namespaces.add(pidNamespace(first.pid));
    },
    send: (signal, to) => void process.kill(to === "group" ? -pid : pid, signal),
    end,
    async leftovers() {
      const running = processes().map(({ command }) => command);
      if (cluster !== undefined) return running;
      const listed = (await listClusters()).filter((each) => each.name === name).map(() => `cluster ${name}`);
      return [...listed, ...running, ...[clusterFolder(name), memoryCgroup(name) ?? ""].filter((path) => existsSync(path))];
    },
    async [Symbol.asyncDispose]() {
      for (const left of processes()) process.kill(left.pid, "SIGKILL");
      if (cluster === undefined) await downCluster(name);
      await rm(product, { recursive: true });
    },
  };
}
