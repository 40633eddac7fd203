import { closeMatch, formatSlurmMemory } from "@hpckit/core";
import type { ClusterNode } from "../node/cluster-node.js";
import { countGres } from "../node/gres.js";
import { formatGres } from "../spec/generic-resources.js";
import { expandNodeList } from "../node/node-list.js";
import type { JobSpec } from "../spec/job-spec.js";
import type { CheckFinding } from "./check-finding.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import type { CheckedJob } from "./checked-job.js";
import { parseConstraint } from "./constraint.js";

/** Something that every node of a job must have. */
interface NodeNeed {
  readonly field: string;
  readonly asked: string;
  readonly has: (node: ClusterNode) => boolean;
  /** The most that any of the nodes has. */
  readonly most: (nodes: readonly ClusterNode[]) => string;
}

/** Nodes of the job's partitions that could run a part of it, whatever they do now. Undefined where the nodes are not known. */
export function findFittingNodes(job: CheckedJob, { nodes, reservations }: CheckKnowledge): readonly ClusterNode[] | undefined {
  if (nodes === undefined || job.partitions.length === 0) return undefined;
  const needs = needsOf(job);
  const reserved = reservations?.find(({ name }) => name === job.spec.reservation)?.nodes;
  const excluded = new Set(expandNodeList(job.spec.exclude ?? ""));
  return inPartitions(job, nodes).filter((node) => needs.every(({ has }) => has(node)) && matchesConstraint(job, node) && (reserved?.includes(node.name) ?? true) && !excluded.has(node.name));
}

/** More than any node has, features that none has, and more nodes than there are of such. */
export function checkNodes(job: CheckedJob, knowledge: CheckKnowledge): readonly CheckFinding[] {
  const { nodes } = knowledge;
  const fitting = findFittingNodes(job, knowledge);
  if (nodes === undefined || fitting === undefined) return [];
  const candidates = inPartitions(job, nodes);
  const findings = [...checkNeeds(job, candidates), ...checkTotals(job, candidates), ...checkFeatures(job, nodes), ...checkNodeNames(job, nodes)];
  return findings.length > 0 ? findings : checkCount(job, fitting);
}

const inPartitions = ({ partitions }: CheckedJob, nodes: readonly ClusterNode[]): readonly ClusterNode[] =>
  nodes.filter((node) => partitions.some(({ name }) => node.partitions.includes(name)));

const matchesConstraint = ({ spec }: CheckedJob, node: ClusterNode): boolean =>
  spec.constraint === undefined || (parseConstraint(spec.constraint)?.matches(node.features) ?? true);

function needsOf({ demand, spec }: CheckedJob): readonly NodeNeed[] {
  const { cpusPerNode, cpusField, memoryPerNodeBytes: bytes, temporaryDiskBytes: disk, gresPerNode } = demand;
  const largest = (nodes: readonly ClusterNode[], of: (node: ClusterNode) => number): number => Math.max(0, ...nodes.map(of));
  return [
    { field: cpusField, asked: `${cpusPerNode} CPUs`, has: ({ cpus }) => cpus >= cpusPerNode, most: (nodes) => `${largest(nodes, ({ cpus }) => cpus)} CPUs` },
    ...(bytes === undefined
      ? []
      : [{ field: "memory", asked: formatSlurmMemory({ bytes }), has: ({ memoryBytes }: ClusterNode) => memoryBytes >= bytes, most: (nodes: readonly ClusterNode[]) => formatSlurmMemory({ bytes: largest(nodes, ({ memoryBytes }) => memoryBytes) }) }]),
    ...(disk === undefined
      ? []
      : [{ field: "temporaryDisk", asked: `${formatSlurmMemory({ bytes: disk })} of temporary disk`, has: ({ temporaryDiskBytes }: ClusterNode) => temporaryDiskBytes >= disk, most: (nodes: readonly ClusterNode[]) => formatSlurmMemory({ bytes: largest(nodes, ({ temporaryDiskBytes }) => temporaryDiskBytes) }) }]),
    ...gresPerNode.map((need) => ({
      field: fieldOf(need.name, spec),
      asked: formatGres([need]),
      has: ({ gres }: ClusterNode) => countGres(gres, need) >= need.count,
      most: (nodes: readonly ClusterNode[]) => [...new Set(nodes.flatMap(({ gres }) => gres.map((one) => formatGres([one]))))].join(" or ") || "none",
    })),
  ];
}

/** GPUs can be asked for in several fields. */
const fieldOf = (name: string, spec: JobSpec): string => (name === "gpu" ? (["gpusPerNode", "gpusPerTask", "gpusPerSocket", "tresPerTask"] as const).find((field) => spec[field] !== undefined) : undefined) ?? "gres";

function checkNeeds(job: CheckedJob, candidates: readonly ClusterNode[]): readonly CheckFinding[] {
  const where = job.partitions.map(({ name }) => name).join(", ");
  return needsOf(job)
    .filter(({ has }) => !candidates.some(has))
    .map(({ field, asked, most }) => ({ kind: "too-large", severity: "refused", field, message: `${asked} on one node: the largest of ${where} has ${most(candidates)}; ask for less on each node, or for other partitions` }));
}

/** Of GPUs and their like over all nodes: all that the partitions' nodes have. */
function checkTotals({ demand, partitions }: CheckedJob, candidates: readonly ClusterNode[]): readonly CheckFinding[] {
  const where = partitions.map(({ name }) => name).join(", ");
  return demand.gres.flatMap((need): readonly CheckFinding[] => {
    const most = candidates.map(({ gres }) => countGres(gres, need)).sort((one, other) => other - one).slice(0, demand.mostNodes);
    const sum = most.reduce((all, count) => all + count, 0);
    // Without a number of nodes Slurm takes as many as it needs.
    const there = demand.spansNodes ? candidates.reduce((all, { gres }) => all + countGres(gres, need), 0) : sum;
    if (need.count <= there || demand.gresPerNode.some(({ name }) => name === need.name)) return [];
    return [{ kind: "too-large", severity: "refused", field: need.name === "gpu" ? "gpus" : "gres", message: `${formatGres([need])} in all: the nodes of ${where} have ${there}; ask for less, or for other partitions` }];
  });
}

function checkNodeNames({ spec }: CheckedJob, nodes: readonly ClusterNode[]): readonly CheckFinding[] {
  const known = nodes.map(({ name }) => name);
  const unknown = (["nodelist", "exclude"] as const).flatMap((field) => (expandNodeList(spec[field] ?? "") ?? []).filter((name) => !known.includes(name)).map((name) => ({ field, name })));
  return unknown.map(({ field, name }) => ({ kind: "unknown-node", severity: "refused", field, message: `there is no node ${name}` }));
}

function checkFeatures({ spec }: CheckedJob, nodes: readonly ClusterNode[]): readonly CheckFinding[] {
  const known = [...new Set(nodes.flatMap(({ features }) => features))].sort();
  const unknown = parseConstraint(spec.constraint ?? "")?.features.filter((name) => !known.includes(name)) ?? [];
  if (spec.constraint === undefined || unknown.length === 0) return [];
  const match = closeMatch(unknown[0] ?? "", known);
  return [{
    kind: "unknown-feature",
    severity: "refused",
    field: "constraint",
    message: `no node has the feature ${unknown.join(", ")}; ${match === undefined ? "" : `did you mean "${match}"? `}there are: ${known.length === 0 ? "none" : known.join(", ")}`,
    allowed: known,
  }];
}

function checkCount({ demand, partitions, spec }: CheckedJob, fitting: readonly ClusterNode[]): readonly CheckFinding[] {
  const where = partitions.map(({ name }) => name).join(", ");
  if (fitting.length < demand.nodes) {
    return [{ kind: "too-few-nodes", severity: "never-starts", field: "nodes", message: `${demand.nodes} nodes: ${fitting.length} of ${where} have all that is asked for; ask for fewer nodes, or for less on each` }];
  }
  // Nodes under maintenance take jobs that name its reservation.
  if (spec.reservation !== undefined) return [];
  const ready = fitting.filter(({ state }) => state.takesJobs);
  if (ready.length >= demand.nodes) return [];
  const away = fitting.filter(({ state }) => !state.takesJobs).map(({ name, state, reason }) => `${name} is ${state.raw}${reason === undefined ? "" : ` (${reason.text})`}`);
  return [{ kind: "nodes-unavailable", severity: "will-wait", field: "nodes", message: `${demand.nodes} nodes: ${ready.length} of the ${fitting.length} that fit take jobs now; ${away.slice(0, 5).join(", ")}${away.length > 5 ? ", …" : ""}` }];
}
