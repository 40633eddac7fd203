/** Slurm, as its commands are reached. */
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

/** How `srun` starts ranks. */
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
