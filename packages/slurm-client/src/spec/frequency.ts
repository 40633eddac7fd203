import { z } from "zod";
import { count } from "./plain-values.js";

const levels = ["low", "medium", "high", "highm1"] as const satisfies readonly FrequencyLevel[];
/** As the hardware has it; `highm1` is the next below `high`. */
export type FrequencyLevel = "low" | "medium" | "high" | "highm1";

const governors = ["Conservative", "OnDemand", "Performance", "PowerSave", "SchedUtil"] as const satisfies readonly CpuGovernor[];
export type CpuGovernor = "Conservative" | "OnDemand" | "Performance" | "PowerSave" | "SchedUtil";

export type CpuFrequencyValue = FrequencyLevel | { readonly kilohertz: number };

/**
 * A frequency, a governor, or a range within which a governor may go. What a node cannot do it does not refuse.
 * @see sbatch(1), `--cpu-freq`; slurm.conf(5), `CpuFreqGovernors`
 */
export type CpuFrequency = CpuFrequencyValue | { readonly governor: CpuGovernor } | { readonly min: CpuFrequencyValue; readonly max: CpuFrequencyValue; readonly governor: CpuGovernor };

const level = z.enum(levels);
const governor = z.enum(governors, { error: `one of ${governors.join(", ")}` });
const cpuValue = z.union([level, z.strictObject({ kilohertz: count })], { error: `one of ${levels.join(", ")}, or { kilohertz }` });

/** Between the two highest sbatch sees no range. */
const rank: Readonly<Record<FrequencyLevel, number>> = { low: 0, medium: 1, highm1: 2, high: 2 };

/** As sbatch compares them: any level is above any number. */
function isRange(min: CpuFrequencyValue, max: CpuFrequencyValue): boolean {
  if (typeof min === "string" && typeof max === "string") return rank[min] < rank[max];
  return typeof min !== "string" && (typeof max === "string" || min.kilohertz < max.kilohertz);
}

export const cpuFrequencySchema: z.ZodType<CpuFrequency, CpuFrequency> = z.union(
  [level, z.strictObject({ kilohertz: count }), z.strictObject({ governor }), z.strictObject({ min: cpuValue, max: cpuValue, governor })],
  { error: `one of ${levels.join(", ")}, { kilohertz }, { governor }, or { min, max, governor }` },
).refine((frequency) => typeof frequency === "string" || !("min" in frequency) || isRange(frequency.min, frequency.max), { error: "min is not less than max" });

const writeCpu = (value: CpuFrequencyValue): string => (typeof value === "string" ? value : String(value.kilohertz));

/** Writes `low`, `2400000`, `OnDemand` or `low-high:OnDemand`. */
export function formatCpuFrequency(frequency: CpuFrequency): string {
  if (typeof frequency === "string" || "kilohertz" in frequency) return writeCpu(frequency);
  return "min" in frequency ? `${writeCpu(frequency.min)}-${writeCpu(frequency.max)}:${frequency.governor}` : frequency.governor;
}

export type GpuFrequencyValue = FrequencyLevel | { readonly megahertz: number };

/** Of the GPU, of its memory, or both. @see sbatch(1), `--gpu-freq` */
export interface GpuFrequency {
  readonly gpu?: GpuFrequencyValue | undefined;
  readonly memory?: GpuFrequencyValue | undefined;
}

const gpuValue = z.union([level, z.strictObject({ megahertz: count })], { error: `one of ${levels.join(", ")}, or { megahertz }` }).optional();

export const gpuFrequencySchema: z.ZodType<GpuFrequency, GpuFrequency> = z
  .strictObject({ gpu: gpuValue, memory: gpuValue })
  .refine(({ gpu, memory }) => gpu !== undefined || memory !== undefined, { error: "neither gpu nor memory: leave it out" });

const writeGpu = (value: GpuFrequencyValue): string => (typeof value === "string" ? value : String(value.megahertz));

/** Writes `medium,memory=high`. */
export const formatGpuFrequency = ({ gpu, memory }: GpuFrequency): string =>
  [...(gpu === undefined ? [] : [writeGpu(gpu)]), ...(memory === undefined ? [] : [`memory=${writeGpu(memory)}`])].join(",");
