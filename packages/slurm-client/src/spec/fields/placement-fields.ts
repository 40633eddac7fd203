import type { Duration, DurationInput } from "@hpckit/core";
import { z } from "zod";
import { hostsSchema, type HostsInput } from "../hosts.js";
import { absolutePath, count, flag, text } from "../plain-values.js";
import type { Checked, Shape } from "./shape.js";
import { someTime } from "./time-fields.js";

/** Leaf switches of a tree of switches. */
export interface SwitchesInput {
  readonly count: number;
  /** How long the job waits for so few at most; the site may bound it. */
  readonly maxWait?: DurationInput | undefined;
}

/** {@link SwitchesInput} in seconds. */
export interface Switches {
  readonly count: number;
  readonly maxWait?: Duration | undefined;
}

/** Which nodes, and with whom they are shared. */
export interface PlacementFieldsInput {
  /** Features that the nodes must have, in Slurm's own syntax, e.g. `icelake&ib`. */
  readonly constraint?: string | undefined;
  /** Features that nodes should have, if that is possible, over those of `constraint`. */
  readonly prefer?: string | undefined;
  /** Nodes that must be among the job's. */
  readonly nodelist?: HostsInput | undefined;
  /** Absolute path, on the login node, of a file with the names of such nodes. */
  readonly nodeFile?: string | undefined;
  /** Nodes that must not. */
  readonly exclude?: HostsInput | undefined;
  /** Nodes are shared with nobody; with `"user"` not with other users, `"mcs"` not with other labels, `"topo"` (since Slurm 24.05) nor is their segment. */
  readonly exclusive?: true | "user" | "mcs" | "topo" | undefined;
  /** CPUs may be shared with other jobs. */
  readonly oversubscribe?: true | undefined;
  /** Nodes stand side by side. */
  readonly contiguous?: true | undefined;
  /** As many nodes as possible. */
  readonly spreadJob?: true | undefined;
  readonly switches?: SwitchesInput | undefined;
  /** Nodes in each segment of a block or ring topology. Since Slurm 24.05. */
  readonly segment?: number | undefined;
  /** All segments in one block above. Since Slurm 25.11. */
  readonly consolidateSegments?: true | undefined;
  /** No two segments in one base block. Since Slurm 25.11. */
  readonly spreadSegments?: true | undefined;
  /** What the switches are asked for, in the words of their plugin. */
  readonly network?: string | undefined;
}

/** {@link PlacementFieldsInput} in seconds, where several nodes are one text with commas. */
export type PlacementFields = Checked<PlacementFieldsInput, { nodelist: string; exclude: string; switches: Switches }>;


export const placementShape: Shape<PlacementFields, PlacementFieldsInput> = {
  constraint: text.optional(),
  prefer: text.optional(),
  nodelist: hostsSchema.optional(),
  nodeFile: absolutePath.optional(),
  exclude: hostsSchema.optional(),
  exclusive: z.union([z.literal(true), z.enum(["user", "mcs", "topo"])], { error: 'true, "user", "mcs" or "topo"' }).optional(),
  oversubscribe: flag.optional(),
  contiguous: flag.optional(),
  spreadJob: flag.optional(),
  switches: z.strictObject({ count, maxWait: someTime.optional() }, { error: "{ count, maxWait }" }).optional(),
  segment: count.optional(),
  consolidateSegments: flag.optional(),
  spreadSegments: flag.optional(),
  network: text.optional(),
};
