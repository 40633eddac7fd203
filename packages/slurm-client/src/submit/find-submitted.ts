import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { claimFolder } from "./claim-folder.js";
import { lookForJobs } from "./look-for-jobs.js";
import { newSought, nextOf, type SoughtSubmission } from "./pending-submission.js";
import { tokenOf } from "./submission-key.js";
import type { KeyOptions } from "./submissions.js";
import { lookOverCommandLine } from "./submit-over-command-line.js";

/** What the records say of a key. */
export type FoundSubmission =
  | { readonly kind: "job"; readonly reference: JobReference }
  /** There may be a job. */
  | { readonly kind: "open" }
  | { readonly kind: "free" };

export interface FindSubmittedOptions extends KeyOptions {
  /** Ask the queue and accounting, too, about those that the records leave open. */
  readonly inSlurm?: boolean | undefined;
}

/** Looks any number of keys up, in one round trip, or one for each who can know. */
export async function findSubmitted(context: SlurmContext, keys: readonly string[], options: FindSubmittedOptions): Promise<readonly FoundSubmission[]> {
  const { sought } = await seekSubmitted(context, keys, options);
  return sought.map(({ next }): FoundSubmission => (next.kind === "job" ? next : { kind: next.kind === "attempt" ? "free" : "open" }));
}

/**
 * The records first: they say since when accounting is to be asked.
 * @returns what follows for each key, and why some could not be asked. @throws HpckitError where the records cannot be read.
 */
export async function seekSubmitted(context: SlurmContext, keys: readonly string[], { namespace, inSlurm = false, ...options }: FindSubmittedOptions): Promise<{ readonly sought: readonly SoughtSubmission[]; readonly failures: readonly Error[] }> {
  const { facts, stateFolder } = context;
  const identities = keys.map((key) => ({ key, namespace, token: tokenOf(context, { namespace, key }) }));
  const { found } = await lookOverCommandLine(context, claimFolder(stateFolder, facts.name), identities.map(({ token }) => token), options);
  const sought = identities.map((identity, index) => {
    const submission = newSought(identity, { kind: "look", cause: undefined });
    submission.next = nextOf(context, submission, found[index] ?? { attempts: [], fence: undefined }, undefined);
    return submission;
  });
  const open = sought.filter(({ next }) => next.kind === "look");
  const { failures } = inSlurm && open.length > 0 ? await lookForJobs(context, open, options) : { failures: [] };
  return { sought, failures };
}
