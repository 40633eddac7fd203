import { HpckitError, OptionsError, prepare, type Cancellable, type OptionsIssue } from "@hpckit/core";
import type { CheckFinding } from "../check/check-finding.js";
import { checkJob } from "../check/check-job.js";
import { LimitExceededError, SubmissionKeyTakenError } from "../error/submission-errors.js";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import type { PrepareOptions } from "../slurm/slurm.js";
import { formatIndexList } from "../queue/index-ranges.js";
import { readJobSpec } from "../spec/read-job-spec.js";
import type { JobSpec } from "../spec/job-spec.js";
import { checkSteps } from "../step/check-steps.js";
import { digestOf, tokenOf } from "../submit/submission-key.js";
import { arraySizeFor, cutTasks } from "./cut-tasks.js";
import { indicesOf, readSetLog, recordArray } from "./read-set-log.js";
import { recordedRule } from "./retry-rule.js";
import { memoryFieldOf } from "./send-arrays.js";
import type { SetContext, SetSender } from "./set-context.js";
import type { CheckedSetInput } from "./set-input.js";
import { askedMemory, askLimits, findRoom, roomTopics, type SubmitRoom } from "./set-limits.js";
import type { SetLogFiles } from "./set-log-files.js";
import type { SetDefinition, SetRecord } from "./set-record.js";
import { launchOfArray, variableBytes } from "./task-launch.js";

/** A set whose spec is checked and whose launch is prepared. */
export interface PreparedSet {
  readonly input: CheckedSetInput;
  readonly sender: SetSender;
  /** Of what its tasks run. */
  readonly digest: string;
}

/** @throws OptionsError for all that is wrong in itself. */
export async function prepareSet(context: SetContext, input: CheckedSetInput, options: PrepareOptions): Promise<PreparedSet> {
  const spec = readJobSpec(input.spec, context.facts.name);
  refuseHollowRules(input, spec);
  await checkSteps(spec.launch, context, { signal: options.signal });
  const launch = "layers" in spec.launch ? await prepare(spec.launch, context.transport, options) : spec.launch;
  const { tasks, variables } = input.tasks;
  const sender: SetSender = {
    spec,
    rule: input.retry,
    queuedAtMost: mostQueued(input, context.facts),
    bytesOf: (task) => variableBytes(variables, task),
    specOf: (array) => ({
      ...input.spec,
      ...(array.memoryBytes === undefined ? {} : { [memoryFieldOf(spec)]: { bytes: array.memoryBytes } }),
      ...(array.timeSeconds === undefined ? {} : { time: { seconds: array.timeSeconds } }),
      ...(array.exclude === undefined ? {} : { exclude: [spec.exclude ?? [], array.exclude].flat() }),
      launch: launchOfArray(launch, array, variables),
      array: indicesOf(array),
    }),
  };
  return { input, sender, digest: digestOf({ ...spec, launch, tasks: formatIndexList(tasks), variables }) };
}

/** A rule that cannot help is an error, and not a rule that never does. */
function refuseHollowRules({ retry }: CheckedSetInput, spec: JobSpec): void {
  if (retry === undefined) return;
  const issues: OptionsIssue[] = [];
  if (retry.on.includes("out-of-memory") && typeof retry.memory !== "function" && askedMemory(spec) === undefined) issues.push({ path: "retry.memory", message: "the spec asks for no memory that could grow: give it `memory`, or a function that says how much to ask for" });
  if (retry.on.includes("timeout") && typeof retry.time !== "function" && (spec.time === undefined || spec.time.seconds === Infinity)) issues.push({ path: "retry.time", message: "the spec has no time limit that could grow: give it `time`, or a function that says how much to ask for" });
  if (issues.length > 0) throw new OptionsError("task set", issues);
}

/** How many of its tasks a set has in the queue at most. The controller's memory is for everybody: half of MaxJobCount, whose other side is a queue that takes no job of anybody. */
export const mostQueued = ({ queuedAtMost = Infinity }: Pick<CheckedSetInput, "queuedAtMost">, { capabilities: { maxJobCount = Infinity } }: Pick<ClusterFacts, "capabilities">): number =>
  Math.max(1, Math.min(queuedAtMost, Math.floor(maxJobCount / 2)));

/** Cuts a set. Pure. */
export function defineSet({ input, digest }: Pick<PreparedSet, "input" | "digest">, { facts, clock }: Pick<SetContext, "facts" | "clock">, room: SubmitRoom): SetDefinition {
  const { tasks: { tasks, variables }, tasksPerArray, key, namespace, retry } = input;
  const windowSize = facts.maxArraySize;
  const arraySize = arraySizeFor({ windowSize, maxArrayTasks: facts.capabilities.maxArrayTasks, mostQueued: Math.min(room.most, mostQueued(input, facts)), wanted: tasksPerArray });
  const arrays = cutTasks(tasks, { windowSize, mostTasks: arraySize, bytesOf: (task) => variableBytes(variables, task) });
  return { kind: "set", key, namespace, spec: digest, tasks: formatIndexList(tasks), windowSize, arraySize, retry: recordedRule(retry), arrays: arrays.map((part) => recordArray(part)), madeAtSeconds: Math.floor(clock.now() / 1000) };
}

/** What is found about a whole set, and how much of it fits. */
export interface SetSurvey {
  readonly findings: readonly CheckFinding[];
  readonly room: SubmitRoom;
}

/** Looks before: at limits and at what is left of budgets. What a set is there for, too many tasks, is no finding. */
export async function surveySet(context: SetContext, { input, sender }: PreparedSet, options: Cancellable): Promise<SetSurvey> {
  const whole = { ...input.spec, array: formatIndexList(input.tasks.tasks) };
  const [findings, knowledge] = await Promise.all([checkJob(context, whole, options), askLimits(context, roomTopics, options)]);
  return {
    findings: findings.filter(({ kind, limit }) => kind !== "array-too-large" && !(kind === "limit-reached" && limit?.name.includes("Submit") === true)),
    room: findRoom(sender.spec, knowledge),
  };
}

/** @throws LimitExceededError that says what is left of a budget, and what would be needed. */
export function refuseOverBudget(findings: readonly CheckFinding[]): void {
  const over = findings.find(({ kind }) => kind === "budget");
  if (over !== undefined) throw new LimitExceededError(`nothing was sent: ${over.message}`, over.limit?.name ?? "GrpTRESMins", { detail: { limit: over.limit } });
}

/**
 * Begins a set, or takes up one that was begun.
 * @returns all its records, the definition first among those that count.
 * @throws SubmissionKeyTakenError if the key belongs to another.
 */
export async function beginSet(files: SetLogFiles, prepared: Pick<PreparedSet, "input" | "digest">, define: () => Promise<SetDefinition>, options: Cancellable): Promise<readonly SetRecord[]> {
  const records = await findOrBegin(files, define, options);
  const { definition } = readSetLog(records) ?? {};
  if (definition?.spec !== prepared.digest) {
    throw new SubmissionKeyTakenError(`the key ${JSON.stringify(prepared.input.key)} belongs to a set of other tasks, or with another spec: a key stands for one piece of work, so take another key for this one`, { key: prepared.input.key, jobId: undefined });
  }
  return records;
}

async function findOrBegin(files: SetLogFiles, define: () => Promise<SetDefinition>, options: Cancellable): Promise<readonly SetRecord[]> {
  for (;;) {
    try {
      const records = [...(await files.readAfter(0, options))];
      while (readSetLog(records) === undefined) records.push(...(await files.append(records.length, await define(), options)).records);
      return records;
    } catch (error) {
      // What was there was abandoned, and has gone meanwhile.
      if (!(error instanceof HpckitError && error.code === "set-forgotten")) throw error;
    }
  }
}

/** Under which the records of a set stand: never that of a submission. */
export const setToken = (context: Pick<SetContext, "facts" | "transport">, { key, namespace }: { readonly key: string; readonly namespace?: string | undefined }): string =>
  tokenOf(context, { namespace, key: `task set ${key}` });
