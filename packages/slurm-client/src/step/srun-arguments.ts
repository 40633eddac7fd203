import { formatSlurmMemory, formatSlurmTime } from "@hpckit/core";
import { formatGpuBinding, formatMemoryBinding } from "../spec/binding.js";
import { formatDistribution } from "../spec/distribution.js";
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
    mem: step.memory && formatSlurmMemory(step.memory),
    "mem-per-cpu": step.memoryPerCpu && formatSlurmMemory(step.memoryPerCpu),
    "gpus-per-task": step.gpusPerTask,
    gres: typeof step.gres === "string" ? step.gres : step.gres?.join(","),
    "tres-per-task": step.tresPerTask?.map((word) => (word.startsWith("cpu:") ? word : `gres/${word}`)).join(","),
    nodelist: step.nodeList?.join(","),
    exclude: step.exclude?.join(","),
    "cpu-bind": step.cpuBind && formatCpuBinding(step.cpuBind),
    "mem-bind": step.memoryBind && formatMemoryBinding(step.memoryBind),
    "gpu-bind": step.gpuBind && formatGpuBinding(step.gpuBind),
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

/** Options that older versions of Slurm do not know, with the first that does. */
const since = { tresPerTask: [23, 2], oomKillStep: [24, 11] } as const satisfies Partial<Record<keyof StepOptions, readonly [number, number]>>;

/** Options of a step that need a newer Slurm, with the version that they need. */
export function newerOptions(step: StepOptions, version: { readonly major: number; readonly minor: number }): readonly { readonly option: string; readonly needs: string }[] {
  return Object.entries(since).flatMap(([option, [major, minor]]) => {
    const asked = step[option as keyof typeof since] !== undefined;
    const known = version.major > major || (version.major === major && version.minor >= minor);
    return asked && !known ? [{ option, needs: `${major}.${String(minor).padStart(2, "0")}` }] : [];
  });
}
