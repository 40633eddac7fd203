import { z } from "zod";
import { count } from "./plain-values.js";

/** How CPUs of a node are given to tasks. */
export type CpuDistribution = "block" | "cyclic" | "fcyclic";

/**
 * How tasks are spread over nodes, and their CPUs over sockets and cores; or in planes of so many tasks.
 * @see sbatch(1), `--distribution`
 */
export type Distribution =
  | {
      /** `arbitrary`: in the order of `nodelist`; each step then needs a list of its own, in a file that `SLURM_HOSTFILE` names. */
      readonly nodes?: "block" | "cyclic" | "arbitrary" | undefined;
      readonly sockets?: CpuDistribution | undefined;
      /** By default as over sockets. */
      readonly cores?: CpuDistribution | undefined;
      /** Whether nodes are filled one after the other, with `block`. */
      readonly pack?: boolean | undefined;
    }
  | { readonly planeSize: number };

const cpus = z.enum(["block", "cyclic", "fcyclic"]).optional();

export const distributionSchema: z.ZodType<Distribution, Distribution> = z.union(
  [
    z
      .strictObject({ nodes: z.enum(["block", "cyclic", "arbitrary"]).optional(), sockets: cpus, cores: cpus, pack: z.boolean().optional() })
      .refine((given) => Object.values(given).some((value) => value !== undefined), { error: "an empty distribution: leave it out" }),
    z.strictObject({ planeSize: count }),
  ],
  { error: "{ nodes, sockets, cores, pack }, or { planeSize }" },
);

/** Writes `block:cyclic:*,Pack` or `plane=4`. */
export function formatDistribution(distribution: Distribution): string {
  if ("planeSize" in distribution) return `plane=${distribution.planeSize}`;
  const { nodes, sockets, cores, pack } = distribution;
  const levels = [nodes ?? "*", ...(sockets === undefined && cores === undefined ? [] : [sockets ?? "*"]), ...(cores === undefined ? [] : [cores])];
  return levels.join(":") + (pack === undefined ? "" : pack ? ",Pack" : ",NoPack");
}
