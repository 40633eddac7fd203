import type { Secret } from "../secret/secret.js";
import type { Word } from "../shell/word.js";
import type { Transport } from "../transport/transport.js";

/** The shell that a piece of script is written for. `bash` where it needs what POSIX lacks, as `module` does. */
export type Dialect = "sh" | "bash";

/**
 * How often a fragment must run.
 * - `task`: once for each process that runs the command where the layer stands (what most need);
 * - `job`: once in a job, so only left of a `step` boundary;
 * - `node`: once on every node of the job, likewise left of it.
 */
export type FragmentScope = "job" | "node" | "task";

/** A piece of shell that runs where the command runs. One that fails stops the launch with its status. */
export interface ScriptFragment {
  readonly kind: "run";
  /** Written with `sh`, so that every value in it is quoted. */
  readonly shell: string;
  readonly dialect: Dialect;
  readonly scope: FragmentScope;
}

/** Sets and exports a variable. */
export interface SetVariable {
  readonly kind: "set";
  readonly name: string;
  readonly value: Word | Secret;
}

/** Puts a folder before the others of a list like `PATH`. */
export interface PrependFolder {
  readonly kind: "prepend";
  readonly name: string;
  readonly folder: Word;
}

/** Puts a folder behind the others of a list like `PATH`. */
export interface AppendFolder {
  readonly kind: "append";
  readonly name: string;
  readonly folder: Word;
}

export type SetupStep = SetVariable | PrependFolder | AppendFolder | ScriptFragment;

/** A path of the host that the command must see; a container binds it. May be known only on the node, as `expand("$SLURM_TMPDIR")` is. */
export interface HostPath {
  readonly path: Word;
  readonly access: "read" | "write";
  /**
   * The path is a file that holds a file system (squashfs), and the command must see what is in it at this absolute folder. Only a
   * container can show it so; access is "read".
   */
  readonly imageAt?: string | undefined;
}

/**
 * How one command runs. Immutable data: a layer returns a new one.
 */
export interface Launch {
  readonly argv: readonly Word[];
  /** Folder in which the command starts, entered after the setup. */
  readonly cwd?: Word | undefined;
  /** What happens first, in order, where the command runs: an outer layer's steps stand before an inner one's. */
  readonly setup: readonly SetupStep[];
  /**
   * The way out, best effort, inner layers first. A node's death leaves it undone: a sweeper finishes. A fragment finds the
   * last signal that came in `$hpckit_signal`, empty if none did: a job that is signalled may be requeued and need its files.
   */
  readonly teardown: readonly ScriptFragment[];
  readonly needs: readonly HostPath[];
}

/**
 * A border in a launch.
 * - `filesystem`: right of it the command sees another file system (a container);
 * - `tasks`: left of it once per job, right of it in every task (a job step).
 */
export type Boundary = "filesystem" | "tasks";

/** One aspect of how a command runs. Pure. */
export interface LaunchLayer {
  readonly name: string;
  readonly boundary?: Boundary | undefined;
  apply(launch: Launch): Launch;
}

export interface ResolveOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Resolved layers to the left that change the file system the command sees. Who builds something for the command
   * (an environment) builds it inside them.
   */
  readonly within: readonly LaunchLayer[];
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** A layer that must first find something out, or build it: an engine's version, an image pulled, an environment. */
export interface UnresolvedLayer {
  readonly name: string;
  /** Doing it again changes nothing. */
  resolve(on: Transport, options: ResolveOptions): Promise<LaunchLayer>;
}

/** A command with its layers, outermost first, still to be resolved. */
export interface Recipe {
  readonly argv: readonly Word[];
  readonly cwd?: Word | undefined;
  readonly layers: readonly (LaunchLayer | UnresolvedLayer)[];
}
