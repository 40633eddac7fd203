import { memorySizeSchema, type MemorySize, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import { groupRule, numberFlag, textFlag, type FlagRule, type FlagRules } from "../../engine/flags/flag-rule.js";

/** How much of the machine a container may use, by the kernel's cgroups (all since Apptainer 1.1). In a job the scheduler does it. */
export interface LimitOptions {
  readonly limits?: LimitsInput | { readonly file: string } | undefined;
}

export interface LimitsOf<Size> {
  /** How many, e.g. 1.5. */
  readonly cpus?: number | undefined;
  /** Relative weight. */
  readonly cpuShares?: number | undefined;
  /** Which, e.g. `0-3,8`. */
  readonly cpuSet?: string | undefined;
  /** Which nodes of memory. */
  readonly memoryNodes?: string | undefined;
  readonly memory?: Size | undefined;
  /** What it is pushed back to when the machine runs short. */
  readonly memoryReservation?: Size | undefined;
  /** Memory and swap together. */
  readonly memorySwap?: Size | "unlimited" | undefined;
  readonly pids?: number | "unlimited" | undefined;
  /** Relative weight of disk access, 10 to 1000. */
  readonly blockWeight?: number | undefined;
  readonly blockWeights?: readonly BlockWeight[] | undefined;
  /** `false` leaves a process that is out of memory waiting. */
  readonly outOfMemoryKill?: boolean | undefined;
}

export interface BlockWeight {
  /** Path of the device. */
  readonly device: string;
  readonly weight: number;
}

export type LimitsInput = LimitsOf<MemorySizeInput>;
export type Limits = LimitsOf<MemorySize>;

const weight = z.int().min(10).max(1000);
const list = z.string().regex(/^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/, { error: "numbers and ranges of numbers, e.g. 0-3,8" });

export const limitShape = {
  limits: z
    .union([
      z.strictObject({ file: z.string().startsWith("/") }),
      z.strictObject({
        cpus: z.number().min(0.01).optional(),
        cpuShares: z.int().positive().optional(),
        cpuSet: list.optional(),
        memoryNodes: list.optional(),
        memory: memorySizeSchema.optional(),
        memoryReservation: memorySizeSchema.optional(),
        memorySwap: z.union([z.literal("unlimited"), memorySizeSchema]).optional(),
        pids: z.union([z.literal("unlimited"), z.int().positive()]).optional(),
        blockWeight: weight.optional(),
        blockWeights: z.array(z.strictObject({ device: z.string().startsWith("/dev/"), weight })).optional(),
        outOfMemoryKill: z.boolean().optional(),
      }),
    ])
    .optional(),
};

const size = (flag: string): FlagRule<MemorySize> => ({ flags: [flag], write: ({ bytes }) => [{ flag, value: String(bytes) }] });

const rules: FlagRules<Limits> = {
  cpus: numberFlag("cpus"),
  cpuShares: numberFlag("cpu-shares"),
  cpuSet: textFlag("cpuset-cpus"),
  memoryNodes: textFlag("cpuset-mems"),
  memory: size("memory"),
  memoryReservation: size("memory-reservation"),
  memorySwap: { flags: ["memory-swap"], write: (swap) => [{ flag: "memory-swap", value: swap === "unlimited" ? "-1" : String(swap.bytes) }] },
  pids: { flags: ["pids-limit"], write: (pids) => [{ flag: "pids-limit", value: pids === "unlimited" ? "-1" : String(pids) }] },
  blockWeight: numberFlag("blkio-weight"),
  blockWeights: { flags: ["blkio-weight-device"], write: (weights) => weights.map(({ device, weight }) => ({ flag: "blkio-weight-device", value: `${device}:${weight}` })) },
  outOfMemoryKill: { flags: ["oom-kill-disable"], write: (kill) => (kill ? [] : [{ flag: "oom-kill-disable" }]) },
};

const group = groupRule(rules);

/** A file beside other limits is refused by the engine, so it is one or the other. */
export const limitRules: FlagRules<{ readonly limits?: Limits | { readonly file: string } | undefined }> = {
  limits: { flags: [...group.flags, "apply-cgroups"], write: (limits) => ("file" in limits ? [{ flag: "apply-cgroups", value: limits.file }] : group.write(limits)) },
};
