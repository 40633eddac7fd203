import { z } from "zod";
import { crossesByPrefix, uncrossableNames } from "./crossing.js";

/** A variable of the host by its name, or several by how their names begin: `SLURM_*`. */
export type PassedVariable = string;

/**
 * What a scheduler and its MPI tell a task: under `cleanEnv` a program inside knows neither its rank nor its GPUs without.
 * @see srun(1), output environment variables; the PMI libraries; CUDA, ROCm and Level Zero for the devices
 */
export const schedulerVariables: readonly PassedVariable[] = [
  "SLURM_*",
  "SLURMD_*",
  "PMI_*",
  "PMI2_*",
  "PMIX_*",
  "CUDA_VISIBLE_DEVICES",
  "NVIDIA_VISIBLE_DEVICES",
  "ROCR_VISIBLE_DEVICES",
  "HIP_VISIBLE_DEVICES",
  "GPU_DEVICE_ORDINAL",
  "ZE_AFFINITY_MASK",
];

const form = /^[A-Za-z_]\w*\*?$/;

export const isPattern = (passed: PassedVariable): boolean => passed.endsWith("*");

/** A pattern that could mean a variable that never comes in is refused: it would break its promise silently. */
export const passedSchema: z.ZodType<PassedVariable, PassedVariable> = z.string().superRefine((passed, context) => {
  const issue = refusal(passed);
  if (issue !== undefined) context.addIssue({ code: "custom", message: issue });
});

function refusal(passed: PassedVariable): string | undefined {
  if (!form.test(passed)) return 'the name of a variable, or the beginning of names and "*": SLURM_*';
  if (!isPattern(passed)) return crossesByPrefix(passed) ? undefined : "Apptainer does not let this variable in: set it by a layer right of the container";
  const uncrossable = uncrossableNames.find((name) => name.startsWith(passed.slice(0, -1)));
  return uncrossable === undefined ? undefined : `${passed} means ${uncrossable}, too, which Apptainer does not let in: write more of the names`;
}
