import type { MemorySize, MemorySizeInput } from "@hpckit/core";
import { memoryBindingSchema, type MemoryBinding } from "../binding.js";
import { memoryUpdateSchema, nodeMemorySchema, someMemory, type MemoryUpdate, type MemoryUpdateInput, type NodeMemory, type NodeMemoryInput } from "../memory.js";
import type { Checked, Shape } from "./shape.js";

/** Memory and local disk. Of the three ways to ask for memory one is taken. */
export interface MemoryFieldsInput {
  /** Memory on each node; `"all"` for all that it has. Zero is refused: Slurm takes it for all. */
  readonly memory?: NodeMemoryInput | undefined;
  /** Memory for each CPU, instead of `memory`. */
  readonly memoryPerCpu?: MemorySizeInput | undefined;
  /** Memory for each GPU, instead of `memory`. */
  readonly memoryPerGpu?: MemorySizeInput | undefined;
  readonly memoryBinding?: MemoryBinding | undefined;
  /** Gives back after a while what the job does not use. Since Slurm 26.05. */
  readonly memoryUpdate?: MemoryUpdateInput | undefined;
  /** Space for temporary files (`TmpFS`) that a node has at least. */
  readonly temporaryDisk?: MemorySizeInput | undefined;
}

/** {@link MemoryFieldsInput} in bytes and seconds. */
export type MemoryFields = Checked<MemoryFieldsInput, { memory: NodeMemory; memoryPerCpu: MemorySize; memoryPerGpu: MemorySize; memoryUpdate: MemoryUpdate; temporaryDisk: MemorySize }>;

export const memoryShape: Shape<MemoryFields, MemoryFieldsInput> = {
  memory: nodeMemorySchema.optional(),
  memoryPerCpu: someMemory.optional(),
  memoryPerGpu: someMemory.optional(),
  memoryBinding: memoryBindingSchema.optional(),
  memoryUpdate: memoryUpdateSchema.optional(),
  temporaryDisk: someMemory.optional(),
};
