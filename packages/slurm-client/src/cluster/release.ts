import type { SlurmVersion } from "./slurm-version.js";

/** A release of Slurm, e.g. `23.02`. */
export type Release = `${number}.${number}`;

/** From which release on there is something, and to which; all that are tested where it says nothing. */
export interface ReleaseRange {
  readonly since?: Release | undefined;
  /** The last one. */
  readonly until?: Release | undefined;
}

function compare(release: Release, { major, minor }: Pick<SlurmVersion, "major" | "minor">): number {
  const [year = 0, month = 0] = release.split(".").map(Number);
  return year - major || month - minor;
}

export const isSince = (release: Release, version: Pick<SlurmVersion, "major" | "minor">): boolean => compare(release, version) <= 0;

/** Why a version does not have something, as the end of a sentence; undefined if it has. */
export function missingIn({ since, until }: ReleaseRange, version: SlurmVersion): string | undefined {
  if (since !== undefined && !isSince(since, version)) return `came with Slurm ${since}; this cluster has ${version.text}`;
  if (until !== undefined && compare(until, version) < 0) return `went after Slurm ${until}; this cluster has ${version.text}`;
  return undefined;
}
