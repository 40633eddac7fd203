import { HpckitError, OutputUnreadableError, sh, type Cancellable } from "@hpckit/core";
import { cleanCommand } from "../cluster/slurm-command.js";
import type { ClusterTopic, Survey } from "../inspect/survey.js";
import { readPlainOptions } from "../slurm/plain-options.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { Dependency } from "../spec/dependency.js";
import { readJobSpec } from "../spec/read-job-spec.js";
import { componentsOf, type JobSpec, type JobSpecInput } from "../spec/job-spec.js";
import { refuseUnknownOptions } from "../spec/option/version-gate.js";
import { findMpiIssues, refuseUnknownStepOptions } from "../step/check-steps.js";
import { planTrial } from "../submit/submission-plan.js";
import { bySeverity, type CheckFinding } from "./check-finding.js";
import { checkSpec } from "./check-spec.js";
import { pathsOf, placesOf, readLetters, type SeenPath } from "./job-paths.js";
import { checkPaths } from "./path-rules.js";

/** Which fields are left unchecked where a topic is not known. */
const fields = { partitions: "partition", nodes: "nodes", reservations: "reservation", licenses: "licenses", qos: "qos", associations: "account", limitUsage: "account" } as const;
type CheckedTopic = keyof typeof fields & ClusterTopic;

/** Asks the cluster all that the rules need, at once, and holds the spec against it. */
export async function checkJob(context: SlurmContext, input: JobSpecInput, given: Cancellable = {}): Promise<readonly CheckFinding[]> {
  const options = readPlainOptions(given, "options of check");
  const spec = readJobSpec(input, context.facts.name);
  refuseUnknownOptions(spec, context.facts.version);
  refuseUnknownStepOptions(spec.launch, context);
  const { facts, backend, transport } = context;
  const paths = pathsOf(spec, planTrial(spec, context));
  const topics = topicsFor(spec, facts.accounting && facts.capabilities.accounting.enforces.length > 0);
  const [survey, login, unknownJobs, mpiTypes] = await Promise.all([
    backend.survey(topics, options),
    lookAround(context, placesOf(paths), options),
    orFailure(() => findUnknownJobs(context, spec, options), options),
    orFailure(() => findUnknownMpiTypes(context, spec, options), options),
  ]);
  // Without these there is nothing to hold it against.
  if (survey.partitions instanceof HpckitError) throw survey.partitions;
  const known = Object.fromEntries(Object.entries(survey).filter(([, answer]) => !(answer instanceof HpckitError))) as { readonly [Topic in keyof Survey<CheckedTopic>]?: Exclude<Survey<CheckedTopic>[Topic], HpckitError> };
  const { enforces } = facts.capabilities.accounting;
  const findings = checkSpec(spec, {
    ...known,
    nowSeconds: login.clockSeconds + (facts.capabilities.clockOffsetSeconds ?? 0),
    version: facts.capabilities.controllerVersion ?? facts.version,
    user: transport.target.user,
    uid: facts.uid,
    groups: facts.groups,
    maxArraySize: facts.maxArraySize,
    maxArrayTasks: facts.capabilities.maxArrayTasks,
    enforcePartLimits: facts.capabilities.enforcePartLimits,
    enforces,
    unknownJobs: unknownJobs instanceof HpckitError ? undefined : unknownJobs,
  });
  const unanswered = topics.flatMap((topic) => notChecked(fields[topic], survey[topic]));
  return [...findings, ...checkPaths(paths, login.seen), ...(mpiTypes instanceof HpckitError ? [] : mpiTypes), ...unanswered, ...notChecked("dependency", unknownJobs), ...notChecked("launch", mpiTypes)].sort(bySeverity);
}

const topicsFor = (spec: JobSpec, hasLimits: boolean): readonly CheckedTopic[] => [
  "partitions",
  "nodes",
  "reservations",
  ...(componentsOf(spec).every(({ licenses }) => licenses === undefined) ? [] : (["licenses"] as const)),
  ...(hasLimits ? (["qos", "associations", "limitUsage"] as const) : []),
];

const notChecked = (field: string, answer: unknown): readonly CheckFinding[] =>
  answer instanceof HpckitError ? [{ kind: "not-checked", severity: "note", field, message: `not checked, because the cluster did not say: ${answer.message}` }] : [];

/** The login's clock, and what the user may do with some paths there. */
async function lookAround({ transport, programs }: SlurmContext, places: readonly string[], { signal }: Cancellable): Promise<{ readonly clockSeconds: number; readonly seen: ReadonlyMap<string, SeenPath> }> {
  const look = sh`
    printf 'clock %s\n' "$(date +%s)"
    for place; do
      printf 'place '
      for letter in e d r w x; do [ "-$letter" "$place" ] && printf %s "$letter"; done
      echo
    done
  `;
  const { stdout } = await transport.exec(cleanCommand(programs, ["/bin/sh", "-c", look.shell, "hpckit", ...places]), { signal, timeoutMs: 120_000, check: true });
  const seconds = /^clock (\d+)$/m.exec(stdout)?.[1];
  const letters = [...stdout.matchAll(/^place (\w*)$/gm)].map(([, found = ""]) => found);
  if (seconds === undefined || letters.length !== places.length) throw new OutputUnreadableError("date, test", "neither a time nor places", stdout);
  return { clockSeconds: Number(seconds), seen: new Map(places.map((place, index) => [place, readLetters(letters[index] ?? "")])) };
}

/** Of the jobs that it depends on. */
async function findUnknownJobs({ backend }: SlurmContext, { dependency }: JobSpec, options: Cancellable): Promise<readonly string[]> {
  const ids = [...new Set(idsOf(dependency))];
  const rows = await backend.queue(ids.map(withoutTask), options);
  return ids.filter((id) => !rows.some(({ jobId }) => jobId === withoutTask(id)));
}

/** Submitting refuses them before sbatch would. */
async function findUnknownMpiTypes(context: SlurmContext, { launch }: JobSpec, options: Cancellable): Promise<readonly CheckFinding[]> {
  const issues = await findMpiIssues(launch, context, options);
  return issues.map(({ message }) => ({ kind: "unknown-mpi-type", severity: "refused", field: "launch", message }));
}

/** An answer, or why there is none. */
async function orFailure<Answer>(ask: () => Promise<Answer>, { signal }: Cancellable): Promise<Answer | HpckitError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HpckitError && signal?.aborted !== true) return error;
    throw error;
  }
}

/** All jobs that are named, whatever is waited for. */
function idsOf({ anyOf, ...conditions }: Dependency = {}): readonly string[] {
  const named = Object.values(conditions).flat().flatMap((job) => (job === undefined || job === true ? [] : typeof job === "string" ? [job] : [job.id]));
  return anyOf === undefined ? named : [...named, ...idsOf(anyOf)];
}

const withoutTask = (id: string): string => id.replace(/_.*$/, "");
