import { randomUUID } from "node:crypto";
import { AbortedError, HpckitError, lines, OptionsError, OutputUnreadableError, redact, sh, TransportError, type Cancellable, type ExecResult, type ShellExpression } from "@hpckit/core";
import { findAllowances } from "./allowances.js";
import { renderCleanStart } from "../cluster/slurm-command.js";
import { SubmissionError } from "../error/submission-errors.js";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { JobSpec } from "../spec/job-spec.js";
import { findLostJob } from "./find-lost-job.js";
import { findRefusal, makeSubmissionError } from "./refusal.js";
import { removeSecrets, writeSecrets } from "./secrets-file.js";
import { neededFolders, type SubmissionPlan } from "./submission-plan.js";
import { parseSubmitReply, type SubmitReply } from "./submit-reply.js";

/** Faults that come before a command is started over there. */
const beforeStart: ReadonlySet<string> = new Set(["connection-refused", "authentication-failed", "host-key-refused"]);

/**
 * Carries out a plan.
 *
 * Guarantees: sbatch is started at most once. Resolved ⇒ the job exists. Rejected with `not-sent` ⇒ nothing was queued and the
 * secrets file is gone. Rejected with `unknown` ⇒ the job may exist; its secrets file is left for it, and is named in the error's
 * detail.
 */
export async function submitJob(context: SlurmContext, spec: JobSpec, plan: SubmissionPlan, { signal }: Cancellable): Promise<JobReference> {
  const { transport, facts } = context;
  try {
    await writeSecrets(transport, plan, { signal });
    const { id, submittedAtSeconds } = await runSbatch(context, spec, plan, { signal }).catch((error: unknown) => findLostJob(context, plan, error, { signal }));
    return {
      id,
      cluster: facts.name,
      submittedAtSeconds,
      name: spec.name,
      workFolder: plan.workFolder,
      output: plan.output,
      error: plan.error,
      tasks: plan.tasks,
      components: plan.components,
      secretsFile: plan.secretsFile,
    };
  } catch (error) {
    const unknown = error instanceof SubmissionError && error.outcome === "unknown";
    // Best effort: the reason of the failure is what the caller must see.
    if (!unknown) await removeSecrets(transport, plan.secretsFile).catch(() => undefined);
    throw error;
  }
}

async function runSbatch(context: SlurmContext, spec: JobSpec, plan: SubmissionPlan, { signal }: Cancellable): Promise<SubmitReply> {
  const marker = `hpckit-${randomUUID()}`;
  if (signal?.aborted === true) throw new AbortedError("the submission was aborted before anything was sent", { cause: signal.reason });
  const result = await context.transport
    .exec(["/bin/sh", "-c", renderSubmit(context, plan, marker).shell], { stdin: plan.script, signal, timeoutMs: 300_000 })
    .catch((error: unknown) => {
      throw noReply(error);
    });
  const missing = new RegExp(`^${marker} missing-folder (.*)$`, "m").exec(result.stdout)?.[1];
  if (missing !== undefined) {
    throw new SubmissionError("folder-missing", `there is no folder ${missing} on ${context.transport.target.host}: make it first; Slurm would run the job in /tmp, or lose its output`, { detail: { folder: missing } });
  }
  return readReply(context, spec, plan, result, marker);
}

async function readReply(context: SlurmContext, spec: JobSpec, plan: SubmissionPlan, result: ExecResult, marker: string): Promise<SubmitReply> {
  const secrets = plan.secrets.map(({ value }) => value);
  // What a wrapper prints could repeat the environment.
  const printed = redact(`${result.stderr}\n${result.stdout.split(marker).at(-1)?.replace(/^ \d+\n/, "") ?? ""}`, secrets);
  try {
    if (result.ok) return parseSubmitReply(result.stdout, marker);
  } catch (error) {
    if (!(error instanceof OutputUnreadableError)) throw error;
  }
  const allowances = await findAllowances(context, findRefusal({ exitCode: result.exitCode, printed }));
  const partitions = context.facts.partitions.map(({ name }) => name);
  throw makeSubmissionError({ exitCode: result.exitCode, printed, spec, partitions, allowances });
}

/** Looks for the folders first: Slurm accepts a job without, and it then fails or runs elsewhere. */
function renderSubmit({ programs }: SlurmContext, plan: SubmissionPlan, marker: string): ShellExpression {
  return lines(
    ...neededFolders(plan).map((folder) => sh`[ -d ${folder} ] || { printf '%s missing-folder %s\n' ${marker} ${folder}; exit 0; }`),
    sh`cd -- ${plan.workFolder} || exit`,
    sh`printf '%s %s\n' ${marker} "$(date +%s)"`,
    renderCleanStart(programs, plan.argv),
  );
}

/** What a failed call says about the job. */
function noReply(error: unknown): unknown {
  if (!(error instanceof HpckitError) || error instanceof OptionsError) return error;
  if (error instanceof TransportError && beforeStart.has(error.code)) {
    return new SubmissionError("submission-not-sent", `the job was not sent: ${error.message}`, { cause: error, retryable: error.retryable });
  }
  return new SubmissionError("submission-unknown", `no answer from sbatch: ${error.message}`, { cause: error, outcome: "unknown" });
}
