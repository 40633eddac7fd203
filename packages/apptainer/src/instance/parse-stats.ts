import { OutputUnreadableError } from "@hpckit/core";
import { z } from "zod";

/** What an instance's cgroup counts. What its controllers do not tell is undefined. */
export interface InstanceFigures {
  /** Of all processors together, since its start. */
  readonly cpuSeconds: number | undefined;
  readonly memoryBytes: number | undefined;
  /** Undefined where there is none, too. */
  readonly memoryLimitBytes: number | undefined;
  readonly memoryPeakBytes: number | undefined;
  /** Processes and threads. */
  readonly tasks: number | undefined;
  readonly readBytes: number | undefined;
  readonly writtenBytes: number | undefined;
}

const count = z.number().nonnegative();

/** It leaves out what is 0. An instance that lives uses processor time and memory, and is a task: of these a 0 was not counted. */
const statsSchema = z.object({
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: count.optional() }).optional() }).optional(),
  memory_stats: z.object({ usage: z.object({ usage: count.optional(), max_usage: count.optional(), limit: count.optional() }).optional() }).optional(),
  pids_stats: z.object({ current: count.optional() }).optional(),
  blkio_stats: z.object({ io_service_bytes_recursive: z.array(z.object({ op: z.string().optional(), value: count.optional() })).optional() }).optional(),
});

/**
 * Reads what `apptainer instance stats --json` prints.
 * @throws OutputUnreadableError for anything else.
 * @see Apptainer 1.4.5, which prints the `Stats` of runc's libcontainer/cgroups (1.2.8), and 1.5.3, of opencontainers/cgroups
 */
export function parseStats(stdout: string): InstanceFigures {
  const { cpu_stats: cpu, memory_stats: memory, pids_stats: pids, blkio_stats: io } = read(stdout);
  const { usage, max_usage: peak, limit } = memory?.usage ?? {};
  const nanoseconds = cpu?.cpu_usage?.total_usage;
  const transferred = (op: string): number | undefined => io?.io_service_bytes_recursive?.filter((entry) => entry.op?.toLowerCase() === op).reduce((sum, { value = 0 }) => sum + value, 0);
  return {
    cpuSeconds: nanoseconds === undefined ? undefined : nanoseconds / 1e9,
    memoryBytes: usage,
    // The kernel's largest number stands for no limit; without a controller it is 0.
    memoryLimitBytes: limit === undefined || limit === 0 || limit > Number.MAX_SAFE_INTEGER ? undefined : limit,
    memoryPeakBytes: peak,
    tasks: pids?.current,
    readBytes: transferred("read"),
    writtenBytes: transferred("write"),
  };
}

function read(stdout: string): z.infer<typeof statsSchema> {
  try {
    return statsSchema.refine((value) => value.cpu_stats !== undefined && value.memory_stats !== undefined).parse(JSON.parse(stdout));
  } catch (error) {
    throw new OutputUnreadableError("apptainer instance stats", "no figures", stdout, { cause: error });
  }
}
