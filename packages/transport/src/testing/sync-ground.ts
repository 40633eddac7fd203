import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { octets } from "../guard/octets.js";
import { planSync } from "../sync/plan-sync.js";
import { snapshotLocalTree, withLocalDigests } from "../sync/snapshot-local-tree.js";
import type { PlanSyncOptions } from "../sync/sync-options.js";
import type { SyncDirection } from "../sync/sync-plan.js";
import { snapshotTree } from "../tree/snapshot-tree.js";
import type { TreeSnapshot } from "../tree/tree-snapshot.js";
import type { TransportUnderTest } from "./describe-transport.js";

/** Two folders, one here and one over there, and what tests ask of them, whichever of the two is written to. */
export interface SyncGround extends AsyncDisposable {
  readonly options: PlanSyncOptions;
  /** Runs a script in the folder that is read, or in the one that is written to. */
  readonly inSource: (script: string) => Promise<unknown>;
  readonly inTarget: (script: string) => Promise<unknown>;
  /** All that stands there, in a form that is the same for two trees that were synced. */
  readonly source: () => Promise<readonly string[]>;
  readonly target: () => Promise<readonly string[]>;
  /** What a plan would do now. */
  readonly planned: (others?: Partial<PlanSyncOptions>) => Promise<readonly string[]>;
  /** What is left aside on either side. */
  readonly asides: () => Promise<readonly string[]>;
}

const run = promisify(execFile);
let count = 0;

export async function openSyncGround({ transport, folder }: TransportUnderTest, direction: SyncDirection): Promise<SyncGround> {
  const local = await mkdtemp(join(tmpdir(), "hpckit syncs'-"));
  count++;
  const remote = `${folder}/sync ${count}`;
  await transport.mkdir(remote);
  const options = { local, remote, direction };
  const here = {
    run: (script: string): Promise<unknown> => run("sh", ["-c", script], { cwd: local }),
    see: async () => told(await withLocalDigests(await snapshotLocalTree(local), () => true, undefined)),
  };
  const there = {
    run: (script: string): Promise<unknown> => transport.exec(["sh", "-c", script], { cwd: remote, check: true }),
    see: async () => told(await snapshotTree(transport, remote, { digests: "all" })),
  };
  const [source, target] = direction === "up" ? [here, there] : [there, here];
  return {
    options,
    inSource: source.run,
    inTarget: target.run,
    source: source.see,
    target: target.see,
    async planned(others) {
      const { steps } = await planSync(transport, { ...options, ...others });
      return steps.map(({ action, path }) => `${action} ${octets(path)}`);
    },
    async asides() {
      const names = [...(await readdir(local)), ...(await transport.list(remote)).map(({ name }) => octets(name))];
      return names.filter((name) => name.startsWith(".hpckit-"));
    },
    async [Symbol.asyncDispose]() {
      await rm(local, { recursive: true, force: true });
    },
  };
}

const told = ({ entries }: TreeSnapshot): readonly string[] =>
  entries.map(({ path, kind, mode, sizeBytes, stamp, target, sha256 }) => {
    const is = kind === "symlink" ? octets(target ?? "") : mode.toString(8);
    return [octets(path), kind, is, ...(kind === "file" ? [sizeBytes, stamp.split(" ")[0], sha256] : [])].join(" ");
  });
