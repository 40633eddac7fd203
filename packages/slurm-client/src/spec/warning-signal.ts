import { z } from "zod";

/** The signals that sbatch knows by name, on every version. */
const signalNames = ["HUP", "INT", "QUIT", "ABRT", "KILL", "ALRM", "TERM", "USR1", "USR2", "URG", "CONT", "STOP", "TSTP", "TTIN", "TTOU"] as const satisfies readonly WarningSignalName[];

export type WarningSignalName = "HUP" | "INT" | "QUIT" | "ABRT" | "KILL" | "ALRM" | "TERM" | "USR1" | "USR2" | "URG" | "CONT" | "STOP" | "TSTP" | "TTIN" | "TTOU";

/**
 * A signal that comes before the time limit. Slurm may send it up to a minute earlier.
 * @see sbatch(1), `--signal`
 */
export interface WarningSignal {
  readonly name: WarningSignalName;
  /** 60 by default, at most 65535. */
  readonly secondsBefore?: number | undefined;
  /** The script's shell alone, or the processes of all steps and not the shell. There is no default: each surprises half of its users. */
  readonly to: "batch" | "steps";
  /** The job may overlap a reservation that can start late (`MaxStartDelay`), and then leaves it early. */
  readonly yieldsToReservation?: true | undefined;
}

export const warningSignalSchema: z.ZodType<WarningSignal, WarningSignal> = z.strictObject({
  name: z.enum(signalNames, { error: `one of ${signalNames.join(", ")}` }),
  secondsBefore: z.int().min(0).max(65_535, { error: "at most 65535 seconds" }).optional(),
  to: z.enum(["batch", "steps"], { error: '"batch" for the shell of the script alone, "steps" for the processes that srun started' }),
  yieldsToReservation: z.literal(true).optional(),
}, { error: 'e.g. { name: "USR1", secondsBefore: 300, to: "batch" }' });

/** Writes `B:USR1@300`. */
export function formatWarningSignal({ name, secondsBefore = 60, to, yieldsToReservation }: WarningSignal): string {
  const flags = (yieldsToReservation === true ? "R" : "") + (to === "batch" ? "B" : "");
  return `${flags === "" ? "" : `${flags}:`}${name}@${secondsBefore}`;
}
