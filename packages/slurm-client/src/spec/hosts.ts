import { z } from "zod";
import { text } from "./plain-values.js";

/** Names of nodes, as a list or as Slurm writes them: `c1,c[3-5,7]`. */
export type HostsInput = string | readonly string[];

/** A name whose brackets hold indices. A slash would make sbatch read a file. */
const host = String.raw`[A-Za-z0-9_.-]+(?:\[\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*\][A-Za-z0-9_.-]*)*`;
const list = new RegExp(`^${host}(?:,${host})*$`);

const hosts = text.regex(list, { error: 'names of nodes, as "c1,c[3-5,7]"' });

export const hostsSchema: z.ZodType<string, HostsInput> = z
  .union([hosts, z.array(hosts).min(1)], { error: 'names of nodes, as "c1,c[3-5,7]" or a list' })
  .transform((given) => (typeof given === "string" ? given : given.join(",")));
