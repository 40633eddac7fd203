import { mkdir } from "node:fs/promises";
import { PathRefusedError, TransportError, type Transport } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { archiveCheck } from "../copy/archive-check.js";
import { checkLocalSpace } from "../copy/check-space.js";
import { localFault } from "../copy/local-fault.js";
import { ownTree, syncTree } from "../copy/local-folder.js";
import { runLocally } from "../copy/run-locally.js";
import { tarCounter } from "../copy/tar-counter.js";
import { unpackInto } from "../copy/unpack-into.js";
import { unpacking } from "../copy/unpacking.js";
import { runFileScript } from "../file/file-script.js";
import { fromOctets, octets } from "../guard/octets.js";
import { pathList } from "../tree/run-on-paths.js";
import type { Applied } from "./apply-sync.js";
import { diskUseThere } from "./disk-use.js";
import { doWork } from "./do-work.js";
import { orderWork } from "./folder-work.js";
import { judgeSteps, travelling, type Sighting, type TravellingStep } from "./judge-steps.js";
import { makeLocalStaging } from "./local-staging.js";
import { pinFolders } from "./pinned-folders.js";
import { refuseBroken } from "./refuse-broken.js";
import { serveChanges } from "./serve-changes.js";
import { byKey, sightHere, sightThere } from "./sightings.js";
import { snapshotLocalTree } from "./snapshot-local-tree.js";
import type { ApplySyncOptions } from "./sync-options.js";
import type { SyncPlan } from "./sync-plan.js";
import { throwIfAborted } from "./throw-if-aborted.js";

/** Carries out a plan on this machine: two calls over there where something travels, else none. */
export async function fetchChanges(source: ChannelSource, transport: Transport, plan: SyncPlan, { onProgress, signal }: ApplySyncOptions): Promise<Applied> {
  const { local, remote, policy, steps } = plan;
  const what = `sync ${local}`;
  const fetched = travelling(steps);
  try {
    if (plan.makesFolder) await makeRoot(local, plan);
    await using staging = await makeLocalStaging(local);
    const { tree } = staging;
    await checkRoom(transport, plan, fetched, { tree, signal });
    const fault = fetched.length === 0 ? undefined : await fetchInto(tree, { source, plan, fetched, onProgress, signal });
    const sources: Sighting = await sightThere(transport, remote, fetched, signal);
    const staged = byKey((await snapshotLocalTree(tree, { signal })).entries);
    const judgement = judgeSteps(steps, { sources, staged, targets: sightHere(local, steps) });
    refuseBroken(judgement, fault);
    if (policy !== undefined) await ownTree(what, tree, policy);
    if (fetched.length > 0) await syncTree(what, tree);
    await using folders = await pinFolders(local);
    const left: Applied["left"][number][] = [];
    for (const work of orderWork(judgement, policy)) {
      throwIfAborted(what, signal);
      await doWork(work, { folders, staged: tree, hasGroup: policy?.group !== undefined, left });
    }
    return { outdated: judgement.outdated, left };
  } catch (error) {
    throw localFault(what, error);
  }
}

async function makeRoot(local: string, { policy }: SyncPlan): Promise<void> {
  await mkdir(local, policy === undefined ? {} : { mode: 0o700 });
  if (policy?.group !== undefined) await runLocally(`sync ${local}`, "chgrp", ["--", policy.group, local]);
  if (policy !== undefined) await runLocally(`sync ${local}`, "chmod", [policy.folderMode.toString(8), local]);
}

/** Before a byte has come. What takes less on the disk than its size says is asked for only where that matters. */
async function checkRoom(transport: Transport, { local, remote, totals }: SyncPlan, fetched: readonly TravellingStep[], { tree, signal }: { readonly tree: string; readonly signal: AbortSignal | undefined }): Promise<void> {
  try {
    await checkLocalSpace(`sync ${local}`, tree, totals.bytes);
  } catch (error) {
    if (!(error instanceof TransportError) || error.code !== "disk-full") throw error;
    await checkLocalSpace(`sync ${local}`, tree, await diskUseThere(transport, remote, fetched, signal));
  }
}

interface Fetching extends ApplySyncOptions {
  readonly source: ChannelSource;
  readonly plan: SyncPlan;
  readonly fetched: readonly TravellingStep[];
}

/** What makes it impossible to read single entries, and says nothing of the connection. */
const faultsOfEntries: ReadonlySet<string> = new Set(["file-not-found", "permission-denied", "file-failed"]);

/** Resolves to why not all could be read over there, if so. */
async function fetchInto(tree: string, { source, plan, fetched, onProgress, signal }: Fetching): Promise<TransportError | undefined> {
  const { remote, totals } = plan;
  const what = `sync ${plan.local}`;
  const archive = await unpackInto(tree, what, unpacking(undefined, true));
  const check = archiveCheck(what);
  const asked = new Set(fetched.map(({ path }) => octets(path)));
  const counter = tarCounter((entry) => {
    check(entry);
    if (!asked.has(entry.name.replace(/^\.\/|\/$/g, ""))) throw new PathRefusedError(`${what}: ${fromOctets(entry.name).toString("utf8")}: nobody has asked for it; nothing was placed`);
  });
  let receivedBytes = 0;
  try {
    await runFileScript(source, {
      operation: "sync",
      path: remote,
      script: serveChanges(remote),
      input: listed(pathList(fetched)),
      onOutput(piece) {
        receivedBytes += piece.length;
        // An archive is somewhat longer than the files in it.
        onProgress?.({ transferredBytes: Math.min(receivedBytes, totals.bytes), totalBytes: totals.bytes });
        counter.push(piece);
        return archive.push(piece);
      },
      signal,
    });
    await archive.end();
    return undefined;
  } catch (error) {
    if (!(error instanceof TransportError) || !faultsOfEntries.has(error.code)) throw error;
    await archive.end();
    return error;
  } finally {
    await archive.kill();
  }
}

/** The length of the list, and the list. */
const listed = (list: Buffer): readonly Uint8Array[] => [Buffer.from(`${list.length}\n`), list];
