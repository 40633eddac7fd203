import { cancellableShape, OptionsError, parseOptions, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { SubmissionError } from "../error/submission-errors.js";
import type { Job } from "../job/job.js";
import type { JobReference } from "../job/job-reference.js";
import type { BegunSubmission } from "../journal/journal-record.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { claimFolder } from "./claim-folder.js";
import { decideClaims } from "./decide-claims.js";
import { seekSubmitted } from "./find-submitted.js";
import type { ForgetOptions } from "./forget-options.js";
import { forgetSubmissions, type ForgetResult } from "./forget-submissions.js";
import { unknownOutcome, whyUnknown } from "./pending-submission.js";
import { submissionKeyShape, tokenOf } from "./submission-key.js";
import { lookOverCommandLine, settleOverCommandLine } from "./submit-over-command-line.js";
import { newNonce } from "./submit-request.js";

export interface KeyOptions extends Cancellable {
  /** As the submission had it. */
  readonly namespace?: string | undefined;
}

/** What is known of a key. */
export type KeyState =
  | { readonly kind: "job"; readonly job: Job }
  /** Nothing is queued under it: it was never submitted, or was refused. */
  | { readonly kind: "not-submitted" }
  /** There may be a job; `error` says how to find out. */
  | { readonly kind: "unknown"; readonly error: unknown };

/** Submissions by their keys: what became of them, from any process and any login host. */
export interface Submissions {
  /**
   * Looks once, in the records, and where they leave it open in the queue and in accounting. Submits nothing.
   * @throws HpckitError where the records cannot be read: an outage is no answer. That Slurm could not be asked is said by the `error` of what stays unknown.
   */
  find(key: string, options?: KeyOptions): Promise<KeyState>;

  /**
   * Writes down what a person has found out about a submission of outcome `unknown`: its job, or that there is none, so that it can be submitted again.
   * Who is wrong does no harm that cannot be seen: of all jobs with a key one runs.
   * @throws SubmissionError `submission-settled` if it is known already what became of it.
   */
  resolve(key: string, verdict: { readonly jobId: string } | "not-submitted", options?: KeyOptions): Promise<void>;

  /**
   * Removes the records of submissions that are settled and whose jobs are at an end, by default those of which nothing has changed for 30 days;
   * with `dryRun` it only says which. Their secrets files go, too.
   *
   * A key that is forgotten is as if it had never been: submitted again, it runs again. What stands in no record any more can only be found in accounting.
   *
   * Guarantees: what may still be under way, or is not known for certain to have ended, stays; a submission under the same key at the same moment is
   * not disturbed: its records are its own. Nothing else in the state folder is touched. Rejected ⇒ some keys may be forgotten; the call can be repeated.
   * @throws OptionsError; ControllerUnreachableError, SlurmCommandError if Slurm gave no certain answer about the jobs.
   * @example const { forgotten, kept } = await slurm.submissions.forget({ olderThan: "90d", dryRun: true });
   */
  forget(options?: ForgetOptions): Promise<ForgetResult>;

  /** What this client had begun and not settled when it ended, by its journal; submitting it again under its key settles it. Nothing without a journal. */
  unsettled(): Promise<readonly BegunSubmission[]>;
}

const keyOptionsSchema: z.ZodType<KeyOptions> = z.strictObject({ namespace: submissionKeyShape.namespace, ...cancellableShape });

const verdictSchema = z.union([z.literal("not-submitted"), z.strictObject({ jobId: z.string().regex(/^[1-9]\d*$/, { error: "the id of a job is a whole number" }) })], { error: 'a verdict is { jobId } or "not-submitted"' });

export function createSubmissions(context: SlurmContext, handle: (reference: JobReference) => Job): Submissions {
  const readKey = (input: string, namespace: string | undefined): string => {
    const { key } = parseOptions(z.strictObject(submissionKeyShape), { key: input, namespace }, "key");
    if (key === undefined) throw new OptionsError("key", [{ path: "", message: "a text" }]);
    return key;
  };
  return {
    async find(key, options = {}) {
      const { namespace, signal } = parseOptions(keyOptionsSchema, options, "submissions.find");
      const { sought: [submission], failures } = await seekSubmitted(context, [readKey(key, namespace)], { namespace, signal, inSlurm: true });
      if (submission === undefined) throw new RangeError("nothing was sought");
      const { next } = submission;
      if (next.kind === "job") return { kind: "job", job: handle(next.reference) };
      if (next.kind === "attempt") return { kind: "not-submitted" };
      return { kind: "unknown", error: next.kind === "error" ? next.error : unknownOutcome(context, submission, whyUnknown(failures), failures[0]) };
    },
    async resolve(key, input, options = {}) {
      const { namespace, signal } = parseOptions(keyOptionsSchema, options, "submissions.resolve");
      const verdict = parseOptions(verdictSchema, input, "verdict");
      const token = tokenOf(context, { namespace, key: readKey(key, namespace) });
      const folder = claimFolder(context.stateFolder, context.facts.name);
      const [found] = (await lookOverCommandLine(context, folder, [token], { signal })).found;
      const last = found?.attempts.at(-1);
      if (found === undefined || last === undefined || decideClaims(found, undefined).kind !== "open") {
        throw new SubmissionError("submission-settled", `nothing is open about the key ${JSON.stringify(key)}: ask with submissions.find()`);
      }
      const header = found.attempts.findLast((attempt) => attempt.header !== undefined)?.header ?? { key, spec: "unknown", places: { workFolder: context.facts.folder, output: "" } };
      const id = verdict === "not-submitted" ? undefined : verdict.jobId;
      const nonce = newNonce();
      const [recorded] = await settleOverCommandLine(context, folder, [{ token, attempt: last.number + 1, nonce, header, id }], { signal });
      const own = recorded?.attempts.find((attempt) => attempt.nonce === nonce);
      if (own?.state.kind !== "settled") throw new SubmissionError("submission-changed", `the verdict about the key ${JSON.stringify(key)} was not written down: somebody else has, or there is no room in ${folder}; ask with submissions.find()`, { retryable: true });
    },
    forget: async (options = {}) => forgetSubmissions(context, options),
    unsettled: async () => (await context.journal?.unsettled()) ?? [],
  };
}
