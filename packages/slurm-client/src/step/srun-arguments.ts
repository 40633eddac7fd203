import { formatSlurmMemory, formatSlurmTime } from "@hpckit/core";
import type { SlurmVersion } from "../cluster/slurm-version.js";
import { formatGpuBinding, formatMemoryBinding } from "../spec/binding.js";
import { formatDistribution } from "../spec/distribution.js";
import { formatGpus, formatGres } from "../spec/generic-resources.js";
import { formatNodeMemory } from "../spec/memory.js";
import { missingIn, type ReleaseRange } from "../cluster/release.js";
import { formatTres } from "../spec/trackable-resources.js";
import type { CheckedStepOptions, CpuBinding, StepOptions } from "./step-options.js";

/**
 * The options of srun for a step, each one word, in the order of the fields. `cpusPerTask` is left to the caller where it is not given.
 * @see srun(1)
 */
export function renderStepOptions(step: CheckedStepOptions): readonly string[] {
  const values: Readonly<Record<string, string | number | undefined>> = {
    "job-name": step.name,
    ntasks: step.ntasks,
    nodes: step.nodes,
    "ntasks-per-node": step.ntasksPerNode,
    "cpus-per-task": step.cpusPerTask,
    mem: step.memory && formatNodeMemory(step.memory),
    "mem-per-cpu": step.memoryPerCpu && formatSlurmMemory(step.memoryPerCpu),
    "gpus-per-task": step.gpusPerTask && formatGpus(step.gpusPerTask),
    gres: typeof step.gres === "string" ? step.gres : step.gres && formatGres(step.gres),
    "tres-per-task": step.tresPerTask && formatTres(step.tresPerTask),
    nodelist: step.nodelist,
    exclude: step.exclude,
    "cpu-bind": step.cpuBinding && formatCpuBinding(step.cpuBinding),
    "mem-bind": step.memoryBinding && formatMemoryBinding(step.memoryBinding),
    "gpu-bind": step.gpuBinding && formatGpuBinding(step.gpuBinding),
    hint: step.hint,
    distribution: step.distribution && formatDistribution(step.distribution),
    mpi: step.mpi,
    "het-group": step.hetGroups?.join(","),
    time: step.time && formatSlurmTime(step.time),
    output: step.output,
    error: step.error,
    input: typeof step.input === "object" ? step.input.task : step.input,
    "kill-on-bad-exit": flag(step.killOnBadExit),
    wait: step.waitSeconds,
    "oom-kill-step": flag(step.oomKillStep),
  };
  const switches = { exact: step.exact, overlap: step.overlap, label: step.label, unbuffered: step.unbuffered };
  return [
    ...Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...Object.entries(switches).flatMap(([name, on]) => (on === true ? [`--${name}`] : [])),
    ...(step.extraArguments ?? []),
  ];
}

const flag = (value: boolean | undefined): number | undefined => (value === undefined ? undefined : Number(value));

function formatCpuBinding(binding: CpuBinding): string {
  if (typeof binding === "string") return binding;
  return "map" in binding ? `map_cpu:${binding.map.join(",")}` : `mask_cpu:${binding.masks.join(",")}`;
}

/** Options that not every version of Slurm knows. */
const releases: Partial<Record<keyof StepOptions, ReleaseRange>> = { tresPerTask: { since: "23.02" }, oomKillStep: { since: "24.11" } };

/** What of a step's options a version of Slurm does not know, and why. */
export function unknownOptions(step: StepOptions, version: SlurmVersion): readonly { readonly option: string; readonly why: string }[] {
  return Object.entries(releases).flatMap(([option, range]) => {
    const why = step[option as keyof StepOptions] === undefined ? undefined : missingIn(range, version);
    return why === undefined ? [] : [{ option, why }];
  });
}
