import { TransportError, type Cancellable } from "@hpckit/core";
import { chunksOf } from "../cluster/chunks-of.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { claimFolder } from "./claim-folder.js";
import type { FoundClaims } from "./claim-record.js";
import type { Decision } from "./decide-claims.js";
import { readForgetOptions, type ForgetOptions } from "./forget-options.js";
import { recordNames, type ForgetAnswer, type JudgedRecords } from "./forget-script.js";
import { decideForForgetting, judgeClaims, type KeptBecause } from "./judge-claims.js";
import { markOf, tokenOf } from "./submission-key.js";
import { secretsFolder } from "./submission-plan.js";
import { forgetOverCommandLine, lookOverCommandLine } from "./submit-over-command-line.js";
import { newNonce } from "./submit-request.js";

/** A key whose records are on the shared file system. */
export interface RecordedSubmission {
  /** Undefined where its record was never written whole. */
  readonly key: string | undefined;
  /** Stands in its jobs' comments. */
  readonly mark: string;
  /** Undefined where no job came of it. */
  readonly jobId: string | undefined;
  /** Seconds since the epoch, by the file server. */
  readonly changedAtSeconds: number;
}

export interface ForgetResult {
  /** What has gone; in a dry run, what would. */
  readonly forgotten: readonly RecordedSubmission[];
  /** Old enough, or named, and there still. */
  readonly kept: readonly (RecordedSubmission & { readonly because: KeptBecause })[];
}

/** Whoever else removes records at this moment is done by then. */
const leastAgeOfLeftoverSeconds = 3600;
const keysPerLook = 500;

/** The files of one key. */
interface KeyFiles {
  readonly token: string;
  readonly names: string[];
  changedAtSeconds: number;
}

/** Removes the records of settled submissions: see {@link Submissions.forget}. */
export async function forgetSubmissions(context: SlurmContext, input: ForgetOptions): Promise<ForgetResult> {
  const { keys, namespace, unknownJobs, dryRun, signal, newestAt } = readForgetOptions(input, "submissions.forget");
  const folder = claimFolder(context.stateFolder, context.facts.name);
  const { nowSeconds } = await lookOverCommandLine(context, folder, [], { signal });
  const named = keys && new Set(keys.map((key) => tokenOf(context, { namespace, key })));
  const newestSeconds = newestAt(nowSeconds);
  const old = (await listKeys(context, folder, { signal })).filter(({ token, changedAtSeconds }) => (named?.has(token) ?? true) && changedAtSeconds <= newestSeconds);
  const forgotten: RecordedSubmission[] = [];
  const kept: (RecordedSubmission & { readonly because: KeptBecause })[] = [];
  for (const some of chunksOf(old, keysPerLook)) {
    const { found } = await lookOverCommandLine(context, folder, some.map(({ token }) => token), { signal, files: some.map(({ token, names }) => recordNames(token, names)) });
    const judged = await judge(context, some.map((files, index) => ({ files, found: found[index] ?? { attempts: [], fence: undefined } })), { unknownJobs, nowSeconds, signal });
    const going = judged.filter(({ because }) => because === undefined);
    const answers = dryRun ? going.map((): ForgetAnswer => "forgotten") : await remove(context, folder, going, { signal });
    for (const { because, submission } of judged) if (because !== undefined) kept.push({ ...submission, because });
    going.forEach(({ submission }, index) => {
      const answer = answers[index];
      if (answer === "forgotten") forgotten.push(submission);
      else kept.push({ ...submission, because: answer === "changed" ? "changed" : "not-removable" });
    });
  }
  return { forgotten, kept };
}

async function listKeys({ transport }: SlurmContext, folder: string, options: Cancellable): Promise<readonly KeyFiles[]> {
  const entries = await transport.list(folder, options).catch((error: unknown) => {
    if (error instanceof TransportError && error.code === "file-not-found") return [];
    throw error;
  });
  const found = new Map<string, KeyFiles>();
  for (const { name, kind, modifiedAtSeconds } of entries) {
    const token = typeof name === "string" && kind === "file" ? /^([\da-f]{32})\.(?:[1-9]\d*|run(?:\.\d+\.\d+)?)$/.exec(name)?.[1] : undefined;
    if (token === undefined) continue;
    const files = found.get(token) ?? { token, names: [], changedAtSeconds: 0 };
    files.names.push(String(name));
    files.changedAtSeconds = Math.max(files.changedAtSeconds, modifiedAtSeconds);
    found.set(token, files);
  }
  return [...found.values()];
}

interface Judged {
  readonly files: KeyFiles;
  readonly found: FoundClaims;
  readonly submission: RecordedSubmission;
  readonly because: KeptBecause | undefined;
}

/** Asks Slurm once for the jobs of some keys. @throws HpckitError where an answer is not certain: nothing of these is removed then. */
async function judge(
  { backend, facts }: SlurmContext,
  some: readonly { readonly files: KeyFiles; readonly found: FoundClaims }[],
  { unknownJobs, nowSeconds, signal }: { readonly unknownJobs: "keep" | "forget"; readonly nowSeconds: number } & Cancellable,
): Promise<readonly Judged[]> {
  const decided = some.map((each) => ({ ...each, decision: decideForForgetting(each.found), mark: markOf(each.files.token) }));
  const ids = [...new Set(decided.flatMap(({ decision }) => (decision.kind === "job" ? [decision.id] : [])))];
  // Marks first: a job that begins to be queued now has made a claim, by which the records are found changed.
  const marked = await backend.markedInQueue(decided.map(({ mark }) => mark), { signal });
  const queue = await backend.queue(ids, { signal });
  const queued = new Set(queue.map(({ jobId }) => jobId));
  const gone = ids.filter((id) => !queued.has(id));
  const accounting = facts.accounting && gone.length > 0 ? await backend.accounting(gone, { signal }) : [];
  return decided.map(({ files, found, decision, mark }) => {
    const { changedAtSeconds } = files;
    const isBusy = found.attempts.some(({ state }) => state.kind === "forgetting") && changedAtSeconds > nowSeconds - leastAgeOfLeftoverSeconds;
    const because = isBusy ? "changed" : judgeClaims(decision, { queue, accounting, marked: marked.filter((job) => job.mark === mark) }, unknownJobs);
    const key = found.attempts.find(({ header }) => header !== undefined)?.header?.key;
    return { files, found, because, submission: { key, mark, jobId: jobOf(decision), changedAtSeconds } };
  });
}

const jobOf = (decision: Decision): string | undefined => (decision.kind === "job" ? decision.id : undefined);

function remove(context: SlurmContext, folder: string, judged: readonly Judged[], options: Cancellable): Promise<readonly ForgetAnswer[]> {
  const records = judged.map(({ files: { token }, found }): JudgedRecords => ({ token, nonce: newNonce(), ...found }));
  return forgetOverCommandLine(context, { folder, secretsFolder: secretsFolder(context.stateFolder) }, records, options);
}
