import { createHash } from "node:crypto";

/** A Debian root file system that can be built again from this alone. */
export interface RootSpec {
  readonly name: string;
  readonly suite: string;
  readonly packages: readonly string[];
  /** A shell script that runs inside once the packages are in. */
  readonly prepare: string;
}

/** The folder's name in the cache: any change of packages or preparation gives another one. */
export function rootFolderName(spec: RootSpec): string {
  const content = JSON.stringify([spec.suite, [...spec.packages].sort(), spec.prepare]);
  return `${spec.name}-${createHash("sha256").update(content).digest("hex").slice(0, 12)}`;
}
