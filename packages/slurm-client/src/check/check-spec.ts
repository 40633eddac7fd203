import type { Partition } from "../partition/partition.js";
import { componentsOf, type JobSpec } from "../spec/job-spec.js";
import { bySeverity, type CheckFinding } from "./check-finding.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import { offeredPartitions, placeJob, type CheckedJob } from "./checked-job.js";
import { checkLimits } from "./limit-rules.js";
import { checkNames } from "./name-rules.js";
import { checkNodes } from "./node-rules.js";
import { checkPartitions, policyRules, sizeRules } from "./partition-rules.js";
import { checkArray, checkLicenses, checkRequests } from "./request-rules.js";
import { checkReservations } from "./reservation-rules.js";
import { checkSchedule } from "./schedule-rules.js";

/**
 * Says what a cluster will say of a job, the worst first; nothing where nothing is in its way. Pure: about what is not known it is silent.
 * Defaults are no limits, and only what the spec asks for is held against one.
 */
export function checkSpec(spec: JobSpec, knowledge: CheckKnowledge): readonly CheckFinding[] {
  const ofComponents = eachComponent(spec, (component) => checkComponent(component, knowledge));
  return [...ofComponents, ...checkRequests(placeJob(spec, knowledge), knowledge)].sort(bySeverity);
}

/** Components of a heterogeneous job are held to limits one by one; what is found says of which. */
function eachComponent(spec: JobSpec, check: (component: JobSpec) => readonly CheckFinding[]): readonly CheckFinding[] {
  if (spec.components === undefined) return check(spec);
  return componentsOf(spec).flatMap((component, index) => check(component).map((finding) => ({ ...finding, field: `components.${index}.${finding.field}`, message: `component ${index}: ${finding.message}` })));
}

function checkComponent(spec: JobSpec, knowledge: CheckKnowledge): readonly CheckFinding[] {
  const job = placeJob(spec, knowledge);
  return [
    ...checkNames(job, knowledge),
    ...checkPartitions([...sizeRules(job), ...policyRules(job, knowledge)], job, offeredPartitions(knowledge), knowledge.enforcePartLimits),
    ...checkDown(job),
    ...checkNodes(job, knowledge),
    ...checkReservations(job, knowledge),
    ...checkSchedule(job, knowledge),
    ...checkLimits(job, knowledge),
    ...checkLicenses(job, knowledge),
    ...checkRequeue(job),
  ];
}

/** What sizes of a job are held against. Without QOS and associations as if no QOS went before a partition's limits. */
export type SizeKnowledge = Pick<CheckKnowledge, "maxArraySize" | "maxArrayTasks" | "qos" | "associations"> & { readonly partitions: readonly Partition[] };

/** What is found about sizes alone. */
export function checkSizes(spec: JobSpec, knowledge: SizeKnowledge): readonly CheckFinding[] {
  const sizes = eachComponent(spec, (component) => {
    const job = placeJob(component, knowledge);
    return checkPartitions(sizeRules(job), job, knowledge.partitions, "NO");
  });
  return [...checkArray({ spec }, knowledge), ...sizes];
}

/** A partition that is down queues jobs, and starts them when it is up. */
function checkDown({ partitions }: CheckedJob): readonly CheckFinding[] {
  if (partitions.length === 0 || partitions.some(({ state }) => state !== "DOWN")) return [];
  return [{ kind: "partition-down", severity: "will-wait", field: "partition", message: `${partitions.map(({ name }) => name).join(", ")}: down; jobs are queued, and start when an administrator has it up again` }];
}

/** Where preemption cancels, Slurm brings no job back, whatever it asked for. The mode of a QOS goes before the partition's. */
function checkRequeue({ spec, partitions, qos }: CheckedJob): readonly CheckFinding[] {
  const own = qos?.preemptMode;
  const modes = own === undefined || own === "cluster" ? partitions.map(({ name, preemptMode }) => ({ owner: name, mode: preemptMode })) : [{ owner: `QOS ${qos?.name}`, mode: own }];
  if (spec.requeue !== true || modes.length === 0 || !modes.every(({ mode }) => mode?.toUpperCase() === "CANCEL")) return [];
  return [{ kind: "requeue-without-effect", severity: "note", field: "requeue", message: `${modes.map(({ owner }) => owner).join(", ")}: a job that is preempted there is cancelled, and not queued again (PreemptMode=CANCEL); surviveLimit queues its job again by itself` }];
}
