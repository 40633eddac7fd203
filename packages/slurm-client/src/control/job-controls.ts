import { cancellableShape, parseOptions, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import type { JobReference } from "../job/job-reference.js";
import { readPlainOptions } from "../slurm/plain-options.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { refuseForeignJobs } from "../spec/read-job-spec.js";
import { controlOne, type ControlResult } from "./control.js";
import type { JobAction, SignalName, SignalReceiver } from "./job-action.js";
import { signalNames } from "./job-action.js";
import { renderChanges } from "./job-changes.js";
import { jobUpdateSchema, type CheckedUpdate, type JobUpdate } from "./job-update.js";

export interface CancelOptions extends Cancellable {
  /** Do not stage out of a burst buffer. */
  readonly hurry?: boolean | undefined;
}

export interface RequeueOptions extends Cancellable {
  /** Keep it waiting until {@link JobControls.release}. */
  readonly hold?: boolean | undefined;
}

export interface SignalOptions extends Cancellable {
  /**
   * `batch`: the shell of the batch script alone (default); `steps`: what srun started; `all`: both, with all their children. Where no step runs,
   * `steps` reaches nothing and is `done` all the same: Slurm answers alike (22.05.8, 24.11.5, by scancel and over slurmrestd).
   * @see scancel(1), `--batch`, `--full`
   */
  readonly to?: SignalReceiver | undefined;
}

export type UpdateOptions = JobUpdate & Cancellable;

/**
 * What can be done with a job, an array job as a whole, or one of its tasks, in one round trip or two. Resolved with
 * `done` ⇒ Slurm has taken the order; what follows is seen in `events()`. A job that has ended is `ended`, no error.
 *
 * All throw {@link JobControlError}, with the reason and what is allowed instead, and {@link ControllerUnreachableError}, where it is
 * not known whether Slurm was told.
 */
export interface JobControls {
  /** Ends it, waiting or running: SIGTERM, and SIGKILL after the site's KillWait. @see scancel(1) */
  cancel(options?: CancelOptions): Promise<ControlResult>;

  /**
   * Keeps it from starting. One that runs goes on: `done` says that it will be held if it is queued again, until {@link JobControls.release}.
   * `requeue({ hold: true })` ends its run, too. Holding twice is no error.
   * @see scontrol(1), `uhold`
   */
  hold(options?: Cancellable): Promise<ControlResult>;

  /** Lets it start again, or of one that runs: be started again if it is queued again. One that is not held stays as it is, which is `done`, too. @see scontrol(1), `release` */
  release(options?: Cancellable): Promise<ControlResult>;

  /**
   * Stops all its processes; its nodes may be given to others meanwhile. For operators; for owners from 25.11 on. One that is suspended stays so, which is
   * `done`; one that waits is refused (`job-not-running`).
   * @see scontrol(1), `suspend`
   */
  suspend(options?: Cancellable): Promise<ControlResult>;

  /** Lets a suspended job go on; who may, and what waits, as with {@link JobControls.suspend}. One that runs goes on, which is `done`. @see scontrol(1), `resume` */
  resume(options?: Cancellable): Promise<ControlResult>;

  /**
   * Ends the run and puts it back into the queue, under the same id; Slurm then lets it wait for two minutes. Of an array this is done
   * to the tasks that run. What has ended is not run again (Slurm itself would, while the controller remembers it); what waits already is refused
   * (`job-not-running`).
   * @see scontrol(1), `requeue`, `requeuehold`
   */
  requeue(options?: RequeueOptions): Promise<ControlResult>;

  /**
   * Sends a signal to a job that runs; of an array to those tasks that run. `done` ⇒ the controller took it, and no more: whether a process got it, or
   * minded it, Slurm does not say. KILL is not to be had: `cancel()` ends a job.
   * @see scancel(1), `--signal`
   */
  signal(name: SignalName, options?: SignalOptions): Promise<ControlResult>;

  /**
   * Changes what it asks for. Slurm makes the changes one after the other: after an error some may have been made.
   * @throws OptionsError for changes that are wrong in themselves.
   * @see scontrol(1), `update`
   */
  update(changes: UpdateOptions): Promise<ControlResult>;
}

export const cancelSchema = z.strictObject({ hurry: z.boolean().optional(), ...cancellableShape });
export const requeueSchema = z.strictObject({ hold: z.boolean().optional(), ...cancellableShape });
const signalSchema = z.strictObject({ to: z.enum(["batch", "steps", "all"]).optional(), ...cancellableShape });
const signalNameSchema = z.enum(signalNames, { error: `a signal that can be sent is one of ${signalNames.join(", ")}; to end a job there is cancel()` });

/** @param onOrder - told once Slurm was told something that changes the state of the job. */
export function createControls(context: SlurmContext, reference: JobReference, onOrder: () => void): JobControls {
  const order = async (action: JobAction, options: Cancellable): Promise<ControlResult> => {
    const result = await controlOne(context, action, reference, options);
    if (action.kind !== "signal" && action.kind !== "update") onOrder();
    return result;
  };
  const plain = (kind: "hold" | "release" | "suspend" | "resume") => async (options: Cancellable = {}) => order({ kind }, readPlainOptions(options, `job.${kind}`));
  return {
    cancel: async (options = {}) => {
      const { hurry = false, signal } = parseOptions(cancelSchema, options, "job.cancel");
      return order({ kind: "cancel", hurry }, { signal });
    },
    hold: plain("hold"),
    release: plain("release"),
    suspend: plain("suspend"),
    resume: plain("resume"),
    requeue: async (options = {}) => {
      const { hold = false, signal } = parseOptions(requeueSchema, options, "job.requeue");
      return order({ kind: "requeue", hold }, { signal });
    },
    signal: async (name, options = {}) => {
      const { to = "batch", signal } = parseOptions(signalSchema, options, "job.signal");
      return order({ kind: "signal", signal: parseOptions(signalNameSchema, name, "job.signal"), to }, { signal });
    },
    update: async (changes) => {
      const { signal, ...update } = parseOptions(jobUpdateSchema, changes, "job.update");
      refuseForeignJobs("job.update", changes.dependency ?? undefined, context.facts.name);
      const rendered = renderChanges(await withMark(context, reference, update, { signal }));
      return rendered.length === 0 ? { kind: "done" } : order({ kind: "update", changes: rendered }, { signal });
    },
  };
}

/** A new comment keeps the mark behind the old one, by which the submission finds its job. */
async function withMark({ backend }: SlurmContext, { id }: JobReference, update: CheckedUpdate, options: Cancellable): Promise<CheckedUpdate> {
  if (update.comment === undefined) return update;
  const [detail] = await backend.details([id], options);
  const mark = /(?:^| )(hpckit:\S+)$/.exec(detail?.comment ?? "")?.[1];
  return mark === undefined ? update : { ...update, comment: [update.comment ?? "", mark].filter((text) => text !== "").join(" ") };
}
