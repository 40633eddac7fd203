import { z } from "zod";
import { formatIndexList } from "../queue/index-ranges.js";
import { count } from "./plain-values.js";

/** From so many nodes to so many. */
export interface NodeRange {
  readonly min: number;
  readonly max: number;
}

/** So many nodes; from so many to so many; or any one of several numbers (since Slurm 23.02). */
export type NodeCount = number | NodeRange | readonly number[];

export const isNodeList = (nodes: NodeCount): nodes is readonly number[] => Array.isArray(nodes);

export const nodeCountSchema: z.ZodType<NodeCount, NodeCount> = z
  .union([count, z.strictObject({ min: count, max: count }), z.array(count).min(1)], { error: "a whole number from 1, { min, max }, or a list of numbers" })
  .refine((nodes) => typeof nodes === "number" || isNodeList(nodes) || nodes.min <= nodes.max, { error: "min is more than max" });

/** The least number of nodes that will do. */
export function fewestNodes(nodes: NodeCount): number {
  if (typeof nodes === "number") return nodes;
  return isNodeList(nodes) ? Math.min(...nodes) : nodes.min;
}

/** The most that are wanted. */
export function mostNodes(nodes: NodeCount): number {
  if (typeof nodes === "number") return nodes;
  return isNodeList(nodes) ? Math.max(...nodes) : nodes.max;
}

export function formatNodeCount(nodes: NodeCount): string {
  if (typeof nodes === "number") return String(nodes);
  if (!isNodeList(nodes)) return `${nodes.min}-${nodes.max}`;
  const ascending = [...new Set(nodes)].sort((one, other) => one - other);
  // A single run, "1-3", would be a range, which lets Slurm choose any number between: the same.
  return formatIndexList(ascending);
}
