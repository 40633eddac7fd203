import { durationSchema, formatSlurmMemory, formatSlurmTime, memorySizeSchema, parseMemorySize, type Duration, type DurationInput, type MemorySize, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import { parsedBy } from "./parsed-by.js";

/** Memory of a node, or `"all"` that it has. Slurm says that with a 0, which is refused here. */
export type NodeMemoryInput = MemorySizeInput;
export type NodeMemory = MemorySize | "all";

export const someMemory: z.ZodType<MemorySize, MemorySizeInput> = memorySizeSchema.refine(({ bytes }) => bytes > 0, { error: "Slurm takes 0 for all memory: say how much" });

const forms = z.union([z.string(), z.strictObject({ bytes: z.number() })], { error: 'an amount of memory is a text such as "32G", { bytes }, or "all"' });

export const nodeMemorySchema: z.ZodType<NodeMemory, NodeMemoryInput> = parsedBy(forms, (given) => {
  if (given === "all") return "all";
  const size = parseMemorySize(given);
  if (size.bytes === 0) throw new RangeError('Slurm takes 0 for all memory of a node: say how much, or "all"');
  return size;
});

export const formatNodeMemory = (memory: NodeMemory): string => (memory === "all" ? "0" : formatSlurmMemory(memory));

/** Lowers a job's memory limit once, to what it uses and so much more. @see sbatch(1), `--mem-update`, Slurm 26.05 */
export interface MemoryUpdateInput {
  readonly marginPercent: number;
  /** How long after its start. */
  readonly after: DurationInput;
}

/** A {@link MemoryUpdateInput} in seconds. */
export interface MemoryUpdate {
  readonly marginPercent: number;
  readonly after: Duration;
}

export const memoryUpdateSchema: z.ZodType<MemoryUpdate, MemoryUpdateInput> = z.strictObject({
  marginPercent: z.int({ error: "a whole number of percent" }).nonnegative(),
  after: durationSchema.refine(({ seconds }) => Number.isFinite(seconds), { error: "a time that comes" }),
});

export const formatMemoryUpdate = ({ marginPercent, after }: MemoryUpdate): string => `${marginPercent}@${formatSlurmTime(after)}`;
