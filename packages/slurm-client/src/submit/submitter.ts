import { randomUUID } from "node:crypto";
import { callbackSchema, cancellableShape, OptionsError, parseOptions, prepare, quietCallback, type Launch, type OptionsIssue, type Recipe } from "@hpckit/core";
import { z } from "zod";
import type { Job } from "../job/job.js";
import type { JobReference } from "../job/job-reference.js";
import type { PrepareOptions, SubmissionResult, SubmitAllOptions, SubmitOptions } from "../slurm/slurm.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { JobSpec, JobSpecInput } from "../spec/job-spec.js";
import { refuseUnknownOptions } from "../spec/option/version-gate.js";
import { readJobSpec } from "../spec/read-job-spec.js";
import { abortedBefore, type Settled } from "./pending-submission.js";
import { checkSteps } from "../step/check-steps.js";
import { submissionKeyShape, tokenOf } from "./submission-key.js";
import { planAttempt, showPlans, type Submission, type SubmissionPlan } from "./submission-plan.js";
import { createSizeGate, type SizeGate } from "./size-gate.js";
import { submitJobs } from "./submit-jobs.js";
import type { SubmitQueue } from "./submit-queue.js";
import { newNonce } from "./submit-request.js";

const prepareShape = { ...cancellableShape, onProgress: callbackSchema<PrepareOptions["onProgress"]>().optional() };

const optionsSchema: z.ZodType<SubmitOptions> = z.strictObject({ ...prepareShape, ...submissionKeyShape });

/** What is often looked for beside the spec. */
const instead = (plan: string): Readonly<Record<string, string>> => ({ dryRun: `${plan} shows the script and the command, and sends nothing` });

const allOptionsSchema: z.ZodType<SubmitAllOptions> = z.strictObject({
  ...prepareShape,
  namespace: submissionKeyShape.namespace,
  key: callbackSchema<SubmitAllOptions["key"]>("a function that gives each spec its key, e.g. (spec, index) => `sweep-${index}`").optional(),
  onResult: callbackSchema<SubmitAllOptions["onResult"]>().optional(),
});

/** What a connection offers to submit with. */
export interface Submitter {
  submit(spec: JobSpecInput, options?: SubmitOptions): Promise<Job>;
  submitAll(specs: readonly JobSpecInput[], options?: SubmitAllOptions): Promise<readonly SubmissionResult[]>;
  plan(spec: JobSpecInput, options?: SubmitOptions): Promise<SubmissionPlan>;
  planAll(specs: readonly JobSpecInput[], options?: SubmitAllOptions): Promise<readonly SubmissionPlan[]>;
}

export function createSubmitter(context: SlurmContext, queue: SubmitQueue, handle: (reference: JobReference) => Job): Submitter {
  const gate = createSizeGate(context);
  const one = async (input: JobSpecInput, options: SubmitOptions): Promise<Submission> => {
    const { key, namespace, signal, onProgress } = parseOptions(optionsSchema, options, "options of submit", instead("plan(spec)"));
    const spec = readJobSpec(input, context.facts.name);
    await refuse(context, gate, { spec, key, namespace, signal });
    return identify(context, spec, await resolve(context, spec.launch, { signal, onProgress }), key, namespace);
  };
  const shown = (submissions: readonly Submission[]): readonly SubmissionPlan[] => showPlans(submissions.map((submission) => planAttempt(submission, { ...context, cluster: context.programs.cluster, attempt: 1, nonce: newNonce() })), context);
  const many = (specs: readonly JobSpecInput[], options: SubmitAllOptions) => prepareAll(context, gate, specs, parseOptions(allOptionsSchema, options, "options of submitAll", instead("planAll(specs)")));
  return {
    async submit(spec, options = {}) {
      throwIfAborted(options.signal);
      const settled = await queue.submit(await one(spec, options), options);
      if (settled.kind === "error") throw settled.error;
      return handle(settled.reference);
    },
    async plan(spec, options = {}) {
      const [plan] = shown([await one(spec, options)]);
      if (plan === undefined) throw new RangeError("nothing was planned");
      return plan;
    },
    async planAll(specs, options = {}) {
      const prepared = await many(specs, options);
      return shown(prepared.map((each) => {
        if (each.kind === "error") throw each.error;
        return each.submission;
      }));
    },
    async submitAll(specs, options = {}) {
      throwIfAborted(options.signal);
      return sendAll(context, await many(specs, options), options, handle);
    },
  };
}

type Prepared = { readonly kind: "submission"; readonly submission: Submission } | (Settled & { readonly kind: "error" });

/** @throws OptionsError for all that is wrong in any of the specs: nothing is sent then. What the cluster does not allow is the result of one alone. */
async function prepareAll(context: SlurmContext, gate: SizeGate, inputs: readonly JobSpecInput[], { key, namespace, signal, onProgress }: SubmitAllOptions): Promise<readonly Prepared[]> {
  const issues: OptionsIssue[] = [];
  const checked = inputs.map((input, index) => {
    try {
      const own = parseOptions(optionsSchema, { key: key?.(input, index) }, "key");
      return { key: own.key, spec: readJobSpec(input, context.facts.name) };
    } catch (error) {
      if (!(error instanceof OptionsError)) throw error;
      issues.push(...error.issues.map((issue) => ({ ...issue, path: `[${index}]${issue.path === "" ? "" : `.${issue.path}`}` })));
      return undefined;
    }
  });
  if (issues.length > 0) throw new OptionsError("job specs", issues);
  const launches = new Map<Recipe | Launch, Promise<Launch>>();
  const prepared: Prepared[] = [];
  const specs = checked.filter((each) => each !== undefined);
  // All at once: what the cluster must be asked, it is asked once.
  const verdicts = await Promise.allSettled(specs.map((each) => refuse(context, gate, { ...each, namespace, signal })));
  for (const [index, each] of specs.entries()) {
    try {
      const verdict = verdicts[index];
      if (verdict?.status === "rejected") throw verdict.reason;
      const launch = launches.get(each.spec.launch) ?? resolve(context, each.spec.launch, { signal, onProgress });
      launches.set(each.spec.launch, launch);
      prepared.push({ kind: "submission", submission: identify(context, each.spec, await launch, each.key, namespace) });
    } catch (error) {
      prepared.push({ kind: "error", error });
    }
  }
  return prepared;
}

async function sendAll(context: SlurmContext, prepared: readonly Prepared[], { signal, onResult }: SubmitAllOptions, handle: (reference: JobReference) => Job): Promise<readonly SubmissionResult[]> {
  const results: SubmissionResult[] = [];
  const tell = onResult && quietCallback("onResult of submitAll", onResult);
  const take = (settled: Settled, index: number): void => {
    const result: SubmissionResult = settled.kind === "job" ? { kind: "job", job: handle(settled.reference) } : settled;
    results[index] = result;
    tell?.(result, index);
  };
  prepared.forEach((each, index) => {
    if (each.kind === "error") take(each, index);
  });
  const sent = prepared.flatMap((each, index) => (each.kind === "submission" ? [{ ...each, index }] : []));
  await submitJobs(context, sent.map(({ submission }) => ({ submission, signal })), { onSettled: (settled, at) => take(settled, sent[at]?.index ?? at) });
  return results;
}

/** @throws OptionsError, SubmissionError for what this Slurm does not know, or would accept and never start. */
async function refuse(context: SlurmContext, gate: SizeGate, { spec, key, namespace, signal }: { readonly spec: JobSpec; readonly key: string | undefined; readonly namespace: string | undefined; readonly signal: AbortSignal | undefined }): Promise<void> {
  refuseUnknownOptions(spec, context.facts.version);
  await gate.admit(spec, key === undefined ? undefined : tokenOf(context, { namespace, key }), { signal });
}

async function resolve(context: SlurmContext, launch: Recipe | Launch, options: PrepareOptions): Promise<Launch> {
  await checkSteps(launch, context, { signal: options.signal });
  return "layers" in launch ? prepare(launch, context.transport, options) : launch;
}

function identify(context: SlurmContext, spec: JobSpec, launch: Launch, key: string = randomUUID(), namespace?: string): Submission {
  return { key, namespace, token: tokenOf(context, { namespace, key }), spec, launch };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedBefore(signal);
}
