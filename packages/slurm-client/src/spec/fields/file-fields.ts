import { z } from "zod";
import { absolutePath, text } from "../plain-values.js";
import type { Shape } from "./shape.js";

/** Where a job works, and what it reads and writes. */
export interface FileFields {
  /**
   * Absolute folder in which the script starts; by default where commands of the login start (home). It must exist when the job is
   * submitted: Slurm would accept the job and run it in /tmp. `%` stands for itself.
   */
  readonly workFolder?: string | undefined;
  /**
   * File for stdout, and for stderr too unless `error` is given; `slurm-%j.out` by default (`slurm-%A_%a.out` for arrays). Relative to
   * `workFolder`; its folder must exist. `%` patterns as in sbatch(1).
   */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  /** File for stdin, relative to `workFolder`; by default there is none. */
  readonly input?: string | undefined;
  /** Whether a run that follows another (a requeue) writes behind or over what is there; by default the site decides. */
  readonly openMode?: "append" | "truncate" | undefined;
}

/** The work folder stands before output files that are relative to it. */
const withoutBackslash = <Text extends typeof text>(path: Text): Text => path.refine((value) => !value.includes("\\"), { error: "no backslash: Slurm would take it out of the output's path, and expand no % pattern there" });

/** What a shell would do is not done. */
const file = withoutBackslash(text).refine((value) => !/^~[^/]*\//.test(value), { error: "`~` is not expanded: give the absolute path, or one relative to workFolder" });

export const fileShape: Shape<FileFields, FileFields> = {
  workFolder: withoutBackslash(absolutePath).optional(),
  output: file.optional(),
  error: file.optional(),
  input: file.optional(),
  openMode: z.enum(["append", "truncate"]).optional(),
};
