import { z } from "zod";
import type { ClusterNode } from "./cluster-node.js";
import { nodeBaseStates, nodeFlags, type NodeBaseState, type NodeFlag } from "./node-state.js";

/** Which nodes; all that is given must hold. */
export interface NodeFilter {
  readonly names?: readonly string[] | undefined;
  readonly partition?: string | undefined;
  /** One of these base states. */
  readonly states?: readonly NodeBaseState[] | undefined;
  /** All of these flags. */
  readonly flags?: readonly NodeFlag[] | undefined;
  /** Whether they take jobs now. */
  readonly takesJobs?: boolean | undefined;
  /** All of these features. */
  readonly features?: readonly string[] | undefined;
  /** Some of this generic resource, e.g. `gpu`. */
  readonly gres?: string | undefined;
}

const names = z.array(z.string()).optional();

export const nodeFilterSchema: z.ZodType<NodeFilter> = z.strictObject({
  names,
  partition: z.string().optional(),
  states: z.array(z.enum(nodeBaseStates, { error: `one of ${nodeBaseStates.join(", ")}` })).optional(),
  flags: z.array(z.enum(nodeFlags, { error: `one of ${nodeFlags.join(", ")}` })).optional(),
  takesJobs: z.boolean().optional(),
  features: names,
  gres: z.string().optional(),
});

export const matchesFilter = (node: ClusterNode, filter: NodeFilter): boolean =>
  (filter.names?.includes(node.name) ?? true) &&
  (filter.partition === undefined || node.partitions.includes(filter.partition)) &&
  (filter.states?.includes(node.state.base) ?? true) &&
  (filter.flags?.every((flag) => node.state.flags.includes(flag)) ?? true) &&
  (filter.takesJobs === undefined || node.state.takesJobs === filter.takesJobs) &&
  (filter.features?.every((feature) => node.features.includes(feature)) ?? true) &&
  (filter.gres === undefined || node.gres.some(({ name, count }) => name === filter.gres && count > 0));
