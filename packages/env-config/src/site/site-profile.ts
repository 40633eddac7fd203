import type { MemorySize, MemorySizeInput } from "@hpckit/core";

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

export interface SiteSlurm {
  /** As `sbatch --version` says it, without the word slurm: `24.11.5`. */
  readonly version?: string | undefined;
  /** Folder of `sbatch` and its kin, where the PATH of a command over SSH lacks it: `binFolder` of `connectSlurm`. */
  readonly binFolder?: string | undefined;
  /** Slurm's name of the cluster. */
  readonly cluster?: string | undefined;
  /** Whether finished jobs can be asked for (`sacct`). */
  readonly accounting?: boolean | undefined;
}

/** Who is charged. */
export interface SiteAccounts {
  /** Whether each job must name one. */
  readonly required?: boolean | undefined;
  /** What else must be known, in words: "GPU jobs take the account with _g behind it". */
  readonly rule?: string | undefined;
}

/** How `module load` comes about. */
export interface SiteModules {
  readonly system: "lmod" | "tcl" | "none";
  /** The file that defines `module`, for scripts whose shell has not read a profile. */
  readonly init?: string | undefined;
  /** Modules that work there needs, in order. */
  readonly load?: readonly string[] | undefined;
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

export interface SiteMpi {
  /** What `srun --mpi` takes here for the site's libraries, e.g. `pmix`. */
  readonly type: string;
}

/** A file or folder of the host that every container sees. The same shape as a mount of `@hpckit/apptainer`. */
export interface SiteBind {
  readonly source: string;
  /** By default the same path. */
  readonly destination?: string | undefined;
  readonly readOnly?: boolean | undefined;
}

/** The container engine. */
export interface SiteEngine {
  /** A name on the PATH or an absolute path. */
  readonly program: string;
  /** As `--version` says it. */
  readonly version?: string | undefined;
  /** What the site's own configuration binds, and what its libraries need beyond that. */
  readonly binds?: readonly SiteBind[] | undefined;
}

/** The interpreter that environments are built with. */
export interface SitePython {
  /** A name on the PATH or an absolute path. */
  readonly program: string;
  readonly version?: string | undefined;
}

/** What may start things at a time of day. */
export interface SiteCron {
  readonly kinds?: readonly ("cron" | "scrontab" | "systemd")[] | undefined;
  /** The login node that carries the crontab: behind a round-robin name each has its own. */
  readonly host?: string | undefined;
  /** Whether the services of a user run on after sign-out (`loginctl enable-linger`). */
  readonly lingering?: boolean | undefined;
}

/** What the site asks of programs. Named as the options of `connectSlurm` and of a transport's `manners`. */
export interface SitePolling {
  readonly pollFloorMs?: number | undefined;
  readonly loginsPerMinute?: number | undefined;
  readonly commandsPerMinute?: number | undefined;
}

export interface SiteNodes {
  /** As `uname -m` says it on nodes: `x86_64`, `aarch64`. */
  readonly architectures?: readonly string[] | undefined;
  /** Whether a job reaches the Internet: freely, by a proxy, or not. */
  readonly network?: "open" | "proxy" | "none" | undefined;
  readonly proxy?: string | undefined;
  /** A disk of the node's own. */
  readonly localFolder?: string | undefined;
}

/**
 * What a person knows of a site, as data that people of different projects can share: no account, no secret. What is left out is unknown.
 * What a cluster says of itself at any time (limits, partitions, what runs) is asked when it is needed, and not kept here.
 */
export interface SiteProfile<Size = MemorySize> {
  /** Its name in layers and messages, e.g. `keeling`. */
  readonly name: string;
  readonly description?: string | undefined;
  readonly login?: SiteLogin | undefined;
  readonly transfer?: SiteTransfer | undefined;
  readonly slurm?: SiteSlurm | undefined;
  /** Partitions by what they are for: `{ default: "standard", test: "dev" }`. */
  readonly partitions?: Readonly<Record<string, string>> | undefined;
  readonly accounts?: SiteAccounts | undefined;
  readonly modules?: SiteModules | undefined;
  readonly home?: SiteFolder<Size> | undefined;
  readonly scratch?: SiteFolder<Size> | undefined;
  /** Other folders by what they are for: `{ incoming: { path: "/data/incoming", group: "caqrn" } }`. */
  readonly folders?: Readonly<Record<string, SiteFolder<Size>>> | undefined;
  readonly mpi?: SiteMpi | undefined;
  readonly engine?: SiteEngine | undefined;
  readonly python?: SitePython | undefined;
  readonly cron?: SiteCron | undefined;
  readonly polling?: SitePolling | undefined;
  readonly nodes?: SiteNodes | undefined;
  /** Where images and environments are built, as login nodes may kill heavy work and nodes may have no network. */
  readonly builds?: "login" | "transfer" | "job" | undefined;
}

/** As it is written: sizes as text such as `50G`. */
export type SiteProfileInput = SiteProfile<MemorySizeInput>;
