import { closeMatch, formatSlurmMemory } from "@hpckit/core";
import type { ClusterNode } from "../node/cluster-node.js";
import { countGres, formatGres } from "../node/gres.js";
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
  return inPartitions(job, nodes).filter((node) => needs.every(({ has }) => has(node)) && matchesConstraint(job, node) && (reserved?.includes(node.name) ?? true));
}

/** More than any node has, features that none has, and more nodes than there are of such. */
export function checkNodes(job: CheckedJob, knowledge: CheckKnowledge): readonly CheckFinding[] {
  const { nodes } = knowledge;
  const fitting = findFittingNodes(job, knowledge);
  if (nodes === undefined || fitting === undefined) return [];
  const candidates = inPartitions(job, nodes);
  const findings = [...checkNeeds(job, candidates), ...checkFeatures(job, nodes)];
  return findings.length > 0 ? findings : checkCount(job, fitting);
}

const inPartitions = ({ partitions }: CheckedJob, nodes: readonly ClusterNode[]): readonly ClusterNode[] =>
  nodes.filter((node) => partitions.some(({ name }) => node.partitions.includes(name)));

const matchesConstraint = ({ spec }: CheckedJob, node: ClusterNode): boolean =>
  spec.constraint === undefined || (parseConstraint(spec.constraint)?.matches(node.features) ?? true);

function needsOf({ demand }: CheckedJob): readonly NodeNeed[] {
  const { cpusPerNode, memoryPerNodeBytes: bytes, gresPerNode } = demand;
  const largest = (nodes: readonly ClusterNode[], of: (node: ClusterNode) => number): number => Math.max(0, ...nodes.map(of));
  return [
    { field: "cpusPerTask", asked: `${cpusPerNode} CPUs`, has: ({ cpus }) => cpus >= cpusPerNode, most: (nodes) => `${largest(nodes, ({ cpus }) => cpus)} CPUs` },
    ...(bytes === undefined
      ? []
      : [{ field: "memory", asked: formatSlurmMemory({ bytes }), has: ({ memoryBytes }: ClusterNode) => memoryBytes >= bytes, most: (nodes: readonly ClusterNode[]) => formatSlurmMemory({ bytes: largest(nodes, ({ memoryBytes }) => memoryBytes) }) }]),
    ...gresPerNode.map((need) => ({
      field: need.name === "gpu" ? "gpus" : "gres",
      asked: formatGres(need),
      has: ({ gres }: ClusterNode) => countGres(gres, need) >= need.count,
      most: (nodes: readonly ClusterNode[]) => [...new Set(nodes.flatMap(({ gres }) => gres.map(formatGres)))].join(" or ") || "none",
    })),
  ];
}

function checkNeeds(job: CheckedJob, candidates: readonly ClusterNode[]): readonly CheckFinding[] {
  const where = job.partitions.map(({ name }) => name).join(", ");
  return needsOf(job)
    .filter(({ has }) => !candidates.some(has))
    .map(({ field, asked, most }) => ({ kind: "too-large", severity: "refused", field, message: `${asked} on one node: the largest of ${where} has ${most(candidates)}; ask for less on each node, or for other partitions` }));
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

function checkCount({ demand, partitions }: CheckedJob, fitting: readonly ClusterNode[]): readonly CheckFinding[] {
  const where = partitions.map(({ name }) => name).join(", ");
  if (fitting.length < demand.nodes) {
    return [{ kind: "too-few-nodes", severity: "never-starts", field: "nodes", message: `${demand.nodes} nodes: ${fitting.length} of ${where} have all that is asked for; ask for fewer nodes, or for less on each` }];
  }
  const ready = fitting.filter(({ state }) => state.takesJobs);
  if (ready.length >= demand.nodes) return [];
  const away = fitting.filter(({ state }) => !state.takesJobs).map(({ name, state, reason }) => `${name} is ${state.raw}${reason === undefined ? "" : ` (${reason.text})`}`);
  return [{ kind: "nodes-unavailable", severity: "will-wait", field: "nodes", message: `${demand.nodes} nodes: ${ready.length} of the ${fitting.length} that fit take jobs now; ${away.slice(0, 5).join(", ")}${away.length > 5 ? ", …" : ""}` }];
}
