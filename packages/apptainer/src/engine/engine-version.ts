import { OutputUnreadableError } from "@hpckit/core";

/** Who makes an engine: their versions count differently. */
export type EngineFlavour = "apptainer" | "singularity-ce" | "singularity";

export interface EngineVersion {
  readonly flavour: EngineFlavour;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** As it was printed, e.g. `apptainer version 1.4.5-1.el9`. */
  readonly text: string;
}

const printed = /^(apptainer|singularity-ce|singularity)(?:-pro)? version v?(\d+)\.(\d+)(?:\.(\d+))?/;

/**
 * Reads what `apptainer --version` prints.
 * @throws OutputUnreadableError if it is not a version of a known engine.
 */
export function parseEngineVersion(stdout: string): EngineVersion {
  const text = stdout.trim();
  const [, flavour, major, minor, patch = "0"] = printed.exec(text) ?? [];
  if (flavour === undefined) throw new OutputUnreadableError("--version", "no version of a known container engine", text);
  return { flavour: flavour as EngineFlavour, major: Number(major), minor: Number(minor), patch: Number(patch), text };
}

/**
 * Whether `exec` has `--no-eval`, without which values and arguments are shell text.
 * @see the change logs: Apptainer 1.1, SingularityCE 3.10. SingularityCE was not tried.
 */
export const hasNoEval = ({ flavour, major, minor }: EngineVersion): boolean =>
  flavour === "apptainer" ? major > 1 || (major === 1 && minor >= 1) : flavour === "singularity-ce" && (major > 3 || (major === 3 && minor >= 10));
