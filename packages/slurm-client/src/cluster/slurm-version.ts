/** A version of Slurm, e.g. 24.11.5. */
export interface SlurmVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly text: string;
}

/** Reads `sbatch --version`: `slurm 24.05.1`, or as Debian prints it, `slurm-wlm 22.05.8`. */
export function parseSlurmVersion(printed: string): SlurmVersion | undefined {
  const match = /^slurm(?:-\w+)? (\d+)\.(\d+)(?:\.(\d+))?(\S*)/m.exec(printed);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0), text: match[0].split(" ")[1] ?? "" };
}
