import { z } from "zod";
import { absolutePath, count, flag, word } from "../plain-values.js";
import type { Shape } from "./shape.js";

const limits = ["AS", "CORE", "CPU", "DATA", "FSIZE", "MEMLOCK", "NOFILE", "NPROC", "RSS", "STACK"] as const satisfies readonly ResourceLimit[];
/** A resource limit of a process. @see getrlimit(2) */
export type ResourceLimit = "AS" | "CORE" | "CPU" | "DATA" | "FSIZE" | "MEMLOCK" | "NOFILE" | "NPROC" | "RSS" | "STACK";

/** Seconds between two samples; 0 takes none. */
export interface SamplingIntervals {
  readonly taskSeconds?: number | undefined;
  readonly energySeconds?: number | undefined;
  readonly networkSeconds?: number | undefined;
  readonly filesystemSeconds?: number | undefined;
}

export type ProfileKind = "energy" | "task" | "lustre" | "network";

/** How a job runs, and what is measured of it. */
export interface RunFields {
  /** Goes on with the nodes that are left when one dies. */
  readonly noKill?: true | undefined;
  /** Whether the script waits until all nodes have booted. */
  readonly waitAllNodes?: boolean | undefined;
  /** Whether a step ends with the first of its tasks that runs out of memory. Since Slurm 24.11. */
  readonly oomKillStep?: boolean | undefined;
  /** Steps are managed on the job's first node, not by the controller; for jobs of very many steps. Since Slurm 24.05. */
  readonly stepManager?: true | undefined;
  /** Ports that are reserved for the job, with `stepManager`. Since Slurm 24.05. */
  readonly reservedPorts?: number | undefined;
  /** Resource limits of the login that are the job's too; by default the site decides. */
  readonly propagateLimits?: "all" | "none" | readonly ResourceLimit[] | undefined;
  /** Absolute path of an OCI bundle in which Slurm itself runs the script; for Apptainer use its layer. */
  readonly container?: string | undefined;
  /** Name of the OCI container. Since Slurm 23.02. */
  readonly containerId?: string | undefined;
  /** Since Slurm 26.05. */
  readonly containerType?: string | undefined;
  /** How often the job is measured; the site says how seldom at most. */
  readonly samplingIntervals?: SamplingIntervals | undefined;
  /** Time series that are kept of the job. */
  readonly profile?: "all" | "none" | readonly ProfileKind[] | undefined;
}

const seconds = z.int({ error: "whole seconds" }).nonnegative().optional();

export const runShape: Shape<RunFields, RunFields> = {
  noKill: flag.optional(),
  waitAllNodes: z.boolean().optional(),
  oomKillStep: z.boolean().optional(),
  stepManager: flag.optional(),
  reservedPorts: count.optional(),
  propagateLimits: z.union([z.enum(["all", "none"]), z.array(z.enum(limits)).min(1)], { error: `"all", "none", or a list of ${limits.join(", ")}` }).optional(),
  container: absolutePath.optional(),
  containerId: word.optional(),
  containerType: word.optional(),
  samplingIntervals: z
    .strictObject({ taskSeconds: seconds, energySeconds: seconds, networkSeconds: seconds, filesystemSeconds: seconds })
    .refine((intervals) => Object.values(intervals).some((value) => value !== undefined), { error: "no interval: leave it out" })
    .optional(),
  profile: z.union([z.enum(["all", "none"]), z.array(z.enum(["energy", "task", "lustre", "network"])).min(1)], { error: '"all", "none", or a list of energy, task, lustre, network' }).optional(),
};
