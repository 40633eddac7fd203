import { posix } from "node:path";
import { HpckitError, TransportError, type Cancellable } from "@hpckit/core";
import { chunksOf } from "../cluster/chunks-of.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { claimFolder } from "../submit/claim-folder.js";
import { readForgetOptions, type ForgetOptions, type ForgetRequest } from "../submit/forget-options.js";
import { forgetSubmissions } from "../submit/forget-submissions.js";
import type { KeptBecause } from "../submit/judge-claims.js";
import { markOf, tokenOf } from "../submit/submission-key.js";
import { lookOverCommandLine } from "../submit/submit-over-command-line.js";
import { setToken } from "./begin-set.js";
import { readSetLog, saysEnded } from "./read-set-log.js";
import { keyOfArray } from "./set-context.js";
import { openSetLog, setFolder, type SetLogFiles } from "./set-log-files.js";
import type { SetDefinition, SetRecord } from "./set-record.js";

/** A set whose records are on the shared file system. */
export interface RecordedSet {
  /** Undefined where its record was never written, or cannot be read. */
  readonly key: string | undefined;
  readonly namespace: string | undefined;
  /** When something was last decided about it, by the file server. Seconds since the epoch. */
  readonly changedAtSeconds: number;
}

export interface ForgetSetsResult {
  /** What has gone; in a dry run, what would. */
  readonly forgotten: readonly RecordedSet[];
  /**
   * Old enough, or named, and there still. `not-ended`: tasks are held back, run, or would be submitted again by whoever goes on with it; or the set
   * was cancelled within `patience.settleMs`, and another client may still be sending what was held back.
   */
  readonly kept: readonly (RecordedSet & { readonly because: KeptBecause })[];
}

interface FoundSet {
  readonly set: RecordedSet;
  readonly files: SetLogFiles;
  /** How many records it has. */
  readonly known: number;
  /** Whether its key is free already. */
  readonly isFree: boolean;
  /** Of its arrays' submissions. */
  readonly keys: readonly string[];
  because: KeptBecause | undefined;
}

/** The login node runs a shell for each. */
const setsAtOnce = 8;

/** Removes the records of sets that have ended, and those of their arrays: see {@link Slurm.forgetSets}. */
export async function forgetSets(context: SlurmContext, input: ForgetOptions): Promise<ForgetSetsResult> {
  const request = readForgetOptions(input, "forgetSets");
  const { signal, dryRun } = request;
  const found = await findSets(context, request);
  // Claims first: without them a set is still known, with how it ended.
  await forgetArrays(context, found, { ...request, dryRun: true });
  if (!dryRun) {
    await forgetArrays(context, found, request);
    for (const some of chunksOf(found.filter(({ because }) => because === undefined), setsAtOnce)) {
      await Promise.all(some.map(async (each) => (each.because = await forgetRecords(context, each, { signal }))));
    }
  }
  return {
    forgotten: found.flatMap(({ set, because }) => (because === undefined ? [set] : [])),
    kept: found.flatMap(({ set, because }) => (because === undefined ? [] : [{ ...set, because }])),
  };
}

async function findSets(context: SlurmContext, { keys, namespace, newestAt, signal }: ForgetRequest): Promise<readonly FoundSet[]> {
  const { transport, stateFolder, facts } = context;
  const folder = setFolder(stateFolder, facts.name);
  const entries = await transport.list(folder, { signal }).catch((error: unknown) => {
    if (error instanceof TransportError && error.code === "file-not-found") return [];
    throw error;
  });
  const { nowSeconds } = await lookOverCommandLine(context, claimFolder(stateFolder, facts.name), [], { signal });
  const newestSeconds = newestAt(nowSeconds);
  const named = keys && new Set(keys.map((key) => setToken(context, { key, namespace })));
  const old = entries.flatMap(({ name, kind, modifiedAtSeconds }) =>
    typeof name === "string" && kind === "folder" && /^[\da-f]{32}$/.test(name) && (named?.has(name) ?? true) && modifiedAtSeconds <= newestSeconds ? [{ token: name, modifiedAtSeconds }] : [],
  );
  const found: FoundSet[] = [];
  for (const some of chunksOf(old, setsAtOnce)) {
    found.push(...(await Promise.all(some.map(async ({ token, modifiedAtSeconds }) => readSet(context, { folder, token, modifiedAtSeconds, nowSeconds }, { signal })))));
  }
  return found;
}

interface SetPlace {
  readonly folder: string;
  readonly token: string;
  readonly modifiedAtSeconds: number;
  /** Over there. */
  readonly nowSeconds: number;
}

async function readSet(context: SlurmContext, place: SetPlace, options: Cancellable): Promise<FoundSet> {
  const files = openSetLog(context, place.folder, place.token);
  const changedAtSeconds = place.modifiedAtSeconds;
  const read = await files.readAfter(0, options).catch((error: unknown) => {
    if (error instanceof HpckitError && error.code === "set-record-unreadable") return undefined;
    throw error;
  });
  if (read === undefined) return { set: { key: undefined, namespace: undefined, changedAtSeconds }, files, known: 0, isFree: false, keys: [], because: "open" };
  const { key, namespace } = read.findLast(isDefinition) ?? {};
  const log = readSetLog(read);
  const set = { key, namespace, changedAtSeconds };
  if (log === undefined) return { set, files, known: read.length, isFree: true, keys: [], because: undefined };
  const isOver = saysEnded(log) || (log.cancelled && (await isHeardByAll(context, place, options)));
  return { set, files, known: read.length, isFree: false, keys: log.arrays.map((array) => keyOfArray(log.definition, array)), because: isOver ? undefined : "not-ended" };
}

/** A client that was sending when the set was cancelled has seen that by now, or was killed. By a time that was taken after its records were read: they may be younger than the listing. */
async function isHeardByAll({ transport, patience }: SlurmContext, { folder, token, nowSeconds }: SetPlace, options: Cancellable): Promise<boolean> {
  const found = await transport.stat(posix.join(folder, token), options);
  return found === undefined || nowSeconds - found.modifiedAtSeconds >= patience.settleMs / 1000;
}

const isDefinition = (record: SetRecord): record is SetDefinition => record.kind === "set";

/** Forgets the submissions of arrays, with what is in a dry run found to stay keeping its set. */
async function forgetArrays(context: SlurmContext, found: readonly FoundSet[], { unknownJobs, dryRun, signal }: ForgetRequest): Promise<void> {
  const going = found.filter(({ because }) => because === undefined);
  for (const namespace of new Set(going.map(({ set }) => set.namespace))) {
    const own = going.filter(({ set }) => set.namespace === namespace);
    const { kept } = await forgetSubmissions(context, { keys: own.flatMap(({ keys }) => keys), namespace, unknownJobs, dryRun, signal });
    // By their marks: of one that is open the key may not be written down.
    const why = new Map(kept.map(({ mark, because }) => [mark, because]));
    for (const each of own) each.because = each.keys.map((key) => why.get(markOf(tokenOf(context, { namespace, key })))).find((because) => because !== undefined);
  }
}

/** First the key is given free, as a decision: who goes on with the set at that moment has decided before, or finds it. */
async function forgetRecords({ clock }: SlurmContext, { files, known, isFree }: FoundSet, options: Cancellable): Promise<KeptBecause | undefined> {
  try {
    const free: SetRecord = { kind: "abandoned", madeAtSeconds: Math.floor(clock.now() / 1000) };
    if (!isFree && !(await files.append(known, free, options)).appended) return "changed";
    return (await files.remove(isFree ? known : known + 1, options)) ? undefined : "changed";
  } catch (error) {
    if (!(error instanceof HpckitError)) throw error;
    // Somebody else was faster, who forgets it, too.
    if (error.code === "set-forgotten") return undefined;
    if (error.code === "set-log-unusable") return "not-removable";
    throw error;
  }
}
