import { z } from "zod";
import { distributionSchema, type Distribution } from "../distribution.js";
import { cpuFrequencySchema, type CpuFrequency } from "../frequency.js";
import { count } from "../plain-values.js";
import type { Shape } from "./shape.js";

/** Which processors nodes must have, and how tasks are laid on them. */
export interface ProcessorFields {
  /** Sockets that a node has at least. */
  readonly socketsPerNode?: number | undefined;
  readonly coresPerSocket?: number | undefined;
  /** Threads that a core has at least, and of which tasks use no more. */
  readonly threadsPerCore?: number | undefined;
  /** Cores of each node that are left to the system, where the site allows it; the nodes are then the job's alone. */
  readonly specializedCores?: number | undefined;
  readonly specializedThreads?: number | undefined;
  /** Binds tasks as suits the kind of program, instead of by sockets, cores and threads. */
  readonly hint?: "compute_bound" | "memory_bound" | "multithread" | "nomultithread" | undefined;
  readonly distribution?: Distribution | undefined;
  readonly cpuFrequency?: CpuFrequency | undefined;
}

export const processorShape: Shape<ProcessorFields, ProcessorFields> = {
  socketsPerNode: count.optional(),
  coresPerSocket: count.optional(),
  threadsPerCore: count.optional(),
  specializedCores: count.optional(),
  specializedThreads: count.optional(),
  hint: z.enum(["compute_bound", "memory_bound", "multithread", "nomultithread"], { error: "one of compute_bound, memory_bound, multithread, nomultithread" }).optional(),
  distribution: distributionSchema.optional(),
  cpuFrequency: cpuFrequencySchema.optional(),
};
