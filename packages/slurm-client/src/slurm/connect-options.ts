import { callbackSchema, cancellableShape, millisecondsFrom, millisecondsSchema, type Cancellable, type Clock, type Transport } from "@hpckit/core";
import { z } from "zod";
import { restOptionsSchema, type RestOptions } from "../rest/rest-options.js";
import type { PatienceInput } from "../watch/patience.js";

export interface ConnectSlurmOptions extends Cancellable {
  /** Longest time between two looks at the queue, in milliseconds (default 30 000); after something new they come faster. */
  readonly pollIntervalMs?: number | undefined;
  /** The least time between two looks, whatever happens, where a site asks for one. Default: none. */
  readonly pollFloorMs?: number | undefined;
  /**
   * Whether a job tells of its start and its end by a small file in the state folder, which one command on the login node looks at while jobs
   * are waited for (default): ends are known at once, and Slurm is asked less. A hint decides nothing. The job's first process inherits a pipe as
   * descriptor 8; the login node must have a session to spare.
   */
  readonly bell?: boolean | undefined;
  /** Shortest time between two round trips that submit, in milliseconds (default 1000); submissions that come meanwhile go together. After one whose jobs were all queued before, under their keys, the next goes at once. */
  readonly submitPaceMs?: number | undefined;
  /** How long to wait before something is believed. */
  readonly patience?: PatienceInput | undefined;
  /**
   * Absolute folder of our own on a file system that all nodes see; by default `.hpckit` in the user's home. It is made, and first written, by the first
   * submission or set: where that cannot be, that one says so (`claim-failed`, `set-log-unusable`), before anything is sent. Who only reads needs none.
   */
  readonly stateFolder?: string | undefined;
  /**
   * Absolute path of a file on a local disk of this machine, in which submissions are written down before anything is sent; its folder must exist.
   * By it a program that was killed knows what it had begun ({@link Submissions.unsettled}). Nothing is decided by it; by default there is none.
   */
  readonly journal?: string | undefined;
  /** Folder of `sbatch` and its kin, where the login's PATH lacks it. */
  readonly binFolder?: string | undefined;
  /**
   * Which cluster, where the login node reaches several (`-M`); by default its own. Slurm finds the others through accounting.
   * `sstat` knows only the login node's own: of other clusters' jobs usage comes from accounting alone. Steps, attaching and services need the
   * login node's own, too, and are refused for others.
   */
  readonly cluster?: string | undefined;
  /** Names of the login's variables that pass to Slurm's programs and to jobs; beside HOME, USER, LOGNAME, SHELL, PATH and SLURM_CONF none does. */
  readonly keepVariables?: readonly string[] | undefined;
  /**
   * Ask and tell Slurm over slurmrestd instead of by its programs. Files of jobs, and what slurmrestd does not know of the cluster, still come
   * by the login node.
   */
  readonly rest?: RestOptions | undefined;
  /** Told of failures that are tried again, such as a controller that is down for a while. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** For a wait that goes on from look to look: it may be longer than a timer waits. */
const waitFrom = (least: number): z.ZodType<number> => z.number({ error: `a number of milliseconds, at least ${least}` }).min(least, { error: `at least ${least} milliseconds` });
const milliseconds = waitFrom(0);
const folder = z.string().startsWith("/", { error: "an absolute path" });

export const clusterName = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, { error: "the name of one cluster" });

export const connectSlurmShape = {
  pollIntervalMs: millisecondsFrom(100).optional(),
  pollFloorMs: millisecondsSchema.optional(),
  patience: z.strictObject({ accountingMs: milliseconds.optional(), requeueMs: milliseconds.optional(), lostMs: milliseconds.optional(), settleMs: milliseconds.optional(), heartbeatMs: waitFrom(1000).optional() }).optional(),
  bell: z.boolean().optional(),
  submitPaceMs: milliseconds.optional(),
  stateFolder: folder.optional(),
  journal: folder.optional(),
  binFolder: folder.optional(),
  cluster: clusterName.optional(),
  keepVariables: z.array(z.string().regex(/^[A-Za-z_]\w*$/, { error: "the name of a variable" })).optional(),
  rest: restOptionsSchema.optional(),
  onTrouble: callbackSchema<(error: unknown) => void>().optional(),
  clock: z.custom<Clock>((value) => typeof value === "object" && value !== null && ["now", "monotonic", "sleep"].every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === "function"), { error: "a Clock of @hpckit/core: now, monotonic and sleep" }).optional(),
  ...cancellableShape,
};

/** How a login node is reached comes first. */
export const transportSchema: z.ZodType<Transport> = z.custom<Transport>((value) => typeof value === "object" && value !== null && "exec" in value && typeof value.exec === "function", {
  error: "the first argument is a connection to a login node: await connectSsh({ host, … }) or connectLocal() of @hpckit/transport",
});

export const connectSlurmSchema: z.ZodType<ConnectSlurmOptions> = z.strictObject(connectSlurmShape);
