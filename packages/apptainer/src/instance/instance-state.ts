/** What the engine and the kernel know of an instance. */
export interface InstanceFacts {
  readonly name: string;
  /** The machine on which it was started: an instance belongs to one. */
  readonly host: string;
  /** Of its first process, on the host. */
  readonly pid: number;
  /** Path of its image. */
  readonly image: string;
  readonly logs: { readonly out: string; readonly err: string };
}

/** Of an instance whose first process is there. */
export interface LiveFacts extends InstanceFacts {
  /** When its first process started, in the kernel's ticks since the machine's start: with the PID it never means another process. */
  readonly startTicks: number;
  /** Digest of what it was started with, if `startInstance` started it. */
  readonly configDigest: string | undefined;
  /** The Slurm job in which it was started, if one is known: an instance may outlive it where jobs have no cgroup. */
  readonly jobId: string | undefined;
}

/**
 * - `running`: what it was started for is there, as these processes;
 * - `idle`: the container is there, and nothing was started in it, or it has ended: commands can be run in it;
 * - `dead-but-listed`: the engine has it in its books, and its first process is gone or another one;
 * - `unknown`: it was started on another machine of the same home folder, and only that one can tell.
 */
export type InstanceState =
  | (LiveFacts & { readonly kind: "running"; readonly payload: readonly number[] })
  | (LiveFacts & { readonly kind: "idle" })
  | (InstanceFacts & { readonly kind: "dead-but-listed" })
  | (InstanceFacts & { readonly kind: "unknown" });

export type InstanceLookup = InstanceState | { readonly kind: "not-found"; readonly name: string };
