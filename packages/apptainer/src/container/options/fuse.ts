import { z } from "zod";
import { listFlag, mapped, type FlagRules } from "../../engine/flags/flag-rule.js";

/** A file system that a program provides. The container then has a PID namespace of its own. */
export interface FuseMount {
  /** Where the program is and runs; as a daemon it goes to the background by itself. */
  readonly by: "container" | "host" | "container-daemon" | "host-daemon";
  /** The program by its path, and its arguments. No word can hold a blank. */
  readonly command: readonly string[];
  /** Where it is seen inside. */
  readonly at: string;
}

export interface FuseOptions {
  readonly fuseMounts?: readonly FuseMount[] | undefined;
}

/** The engine divides the text at blanks, and nothing can quote one. */
const word = z.string().regex(/^\S+$/, { error: "without blanks, at which the engine would divide it" });

export const fuseShape = {
  fuseMounts: z.array(z.strictObject({ by: z.enum(["container", "host", "container-daemon", "host-daemon"]), command: z.array(word).min(1), at: word.startsWith("/") })).optional(),
};

export const fuseRules: FlagRules<FuseOptions> = {
  fuseMounts: mapped(listFlag("fusemount"), (mounts: readonly FuseMount[]) => mounts.map(({ by, command, at }) => `${by}:${command.join(" ")} ${at}`)),
};
