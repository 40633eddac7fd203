import type { MemorySize } from "@hpckit/core";

/** How people and programs sign in. */
export interface SiteLogin {
  /** Names of login nodes. One that leads to several machines is a `roundRobin`. */
  readonly hosts: readonly string[];
  readonly roundRobin?: boolean | undefined;
  /** Hosts to hop over, outermost first. */
  readonly jumps?: readonly string[] | undefined;
  /** `prompt`: a person is asked at each sign-in. `key`: a second factor hands out a key that lasts for `keyHours`. */
  readonly secondFactor?: "none" | "prompt" | "key" | undefined;
  readonly keyHours?: number | undefined;
  /** What new files are without, in octal digits, e.g. `0027`. */
  readonly umask?: string | undefined;
}

/** Hosts for large copies, and for what login nodes would kill. */
export interface SiteTransfer {
  readonly hosts: readonly string[];
}

/** A place for files. */
export interface SiteFolder<Size = MemorySize> {
  /** Absolute, or with variables of the account: `$SCRATCH`, `/scratch/$USER`. Use it with `expand` of `@hpckit/core`. */
  readonly path: string;
  /** Kind of file system, e.g. `lustre`, `nfs`, `gpfs`. */
  readonly fileSystem?: string | undefined;
  readonly quota?: Size | undefined;
  readonly quotaFiles?: number | undefined;
  /** Files are removed after so many days; 0 where they stay. */
  readonly purgeAfterDays?: number | undefined;
  /** What the days count from. */
  readonly purgedSince?: "access" | "change" | undefined;
  /** Group that shares it. */
  readonly group?: string | undefined;
  readonly isBackedUp?: boolean | undefined;
}

/** The nodes that jobs run on. */
export interface SiteNodes {
  /** As `uname -m` says it on nodes: `x86_64`, `aarch64`. */
  readonly architectures?: readonly string[] | undefined;
  /** Whether a job reaches the Internet: freely, by a proxy, or not. */
  readonly network?: "open" | "proxy" | "none" | undefined;
  readonly proxy?: string | undefined;
  /** A disk of the node's own. */
  readonly localFolder?: string | undefined;
}
