import { z } from "zod";
import { gresBindingSchema, tresBindingSchema, type GresBinding, type TresBinding } from "../binding.js";
import { gpuFrequencySchema, type GpuFrequency } from "../frequency.js";
import { gpuRequestSchema, gresSchema, type GpuRequest, type GpuRequestInput, type GresRequest, type GresRequestInput } from "../generic-resources.js";
import type { Checked, Shape } from "./shape.js";

/** GPUs and other generic resources (GRES). */
export interface GpuFieldsInput {
  /** GPUs over all nodes. */
  readonly gpus?: GpuRequestInput | undefined;
  /** GPUs on each node. */
  readonly gpusPerNode?: GpuRequestInput | undefined;
  /** GPUs for each task; `ntasks` or `gpus` says how many tasks there are. */
  readonly gpusPerTask?: GpuRequestInput | undefined;
  /** GPUs on each socket, with `socketsPerNode`. */
  readonly gpusPerSocket?: GpuRequestInput | undefined;
  readonly gpuBinding?: GresBinding | undefined;
  readonly gpuFrequency?: GpuFrequency | undefined;
  /** Generic resources on each node, `name[:type][:count]` or as values. */
  readonly gres?: readonly GresRequestInput[] | undefined;
  /** Whether CPUs must be near to the GRES; with the two on sharing since Slurm 23.11. */
  readonly gresFlags?: "disable-binding" | "enforce-binding" | "multiple-tasks-per-sharing" | "one-task-per-sharing" | undefined;
  /** Bindings by generic resource. Since Slurm 23.11. */
  readonly tresBinding?: TresBinding | undefined;
}

/** {@link GpuFieldsInput} as lists of values. */
export type GpuFields = Checked<
  GpuFieldsInput,
  { gpus: readonly GpuRequest[]; gpusPerNode: readonly GpuRequest[]; gpusPerTask: readonly GpuRequest[]; gpusPerSocket: readonly GpuRequest[]; gres: readonly GresRequest[] }
>;

export const gpuShape: Shape<GpuFields, GpuFieldsInput> = {
  gpus: gpuRequestSchema.optional(),
  gpusPerNode: gpuRequestSchema.optional(),
  gpusPerTask: gpuRequestSchema.optional(),
  gpusPerSocket: gpuRequestSchema.optional(),
  gpuBinding: gresBindingSchema.optional(),
  gpuFrequency: gpuFrequencySchema.optional(),
  gres: gresSchema.optional(),
  gresFlags: z.enum(["disable-binding", "enforce-binding", "multiple-tasks-per-sharing", "one-task-per-sharing"]).optional(),
  tresBinding: tresBindingSchema.optional(),
};
