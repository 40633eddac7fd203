import { parseOptions, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import type { JobControlError } from "../error/job-control-error.js";
import { listFilterSchema, type ListFilter, type StateWord } from "../jobs/job-filter.js";
import type { JobSummary } from "../jobs/job-summary.js";
import { countIndices } from "../queue/index-ranges.js";
import { plainOptionsSchema } from "../slurm/plain-options.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { control, type ControlledJob, type ControlResult } from "./control.js";
import type { JobAction } from "./job-action.js";
import { cancelSchema, requeueSchema, type CancelOptions, type RequeueOptions } from "./job-controls.js";

/** Which jobs an order is for. Of the user that is signed in, unless `users` are named or `mine` is `false`. */
export interface OrderFilter extends Omit<ListFilter, "states"> {
  /** Default: for `hold` and `release` PENDING, for `requeue` RUNNING and SUSPENDED, for `cancel` all that have not ended. */
  readonly states?: readonly StateWord[] | undefined;
}

export interface DryRunOptions {
  /** Say which jobs it would be, and tell Slurm nothing. */
  readonly dryRun?: boolean | undefined;
}

/** What became of an order about one of the jobs that were found, or about tasks of an array that were found together. */
export type FoundOrderResult = { readonly job: JobSummary } & (
  | ControlResult
  | { readonly kind: "failed"; readonly error: JobControlError }
  /** In a dry run. */
  | { readonly kind: "planned" }
);

/**
 * Orders for all jobs that a filter finds now: they are listed first, and then told by their ids. What is submitted after the list is not
 * among them; what has ended or has begun since is told, or is `ended`, as with an order for it alone. A filter that finds nothing is no error.
 * @throws as {@link JobLists.list} and {@link JobSetControls} do.
 */
export interface FoundJobs {
  cancel(options?: CancelOptions & DryRunOptions): Promise<readonly FoundOrderResult[]>;
  hold(options?: Cancellable & DryRunOptions): Promise<readonly FoundOrderResult[]>;
  release(options?: Cancellable & DryRunOptions): Promise<readonly FoundOrderResult[]>;
  requeue(options?: RequeueOptions & DryRunOptions): Promise<readonly FoundOrderResult[]>;
}

/** Orders by a filter instead of a list of jobs. */
export interface FilteredOrders {
  /**
   * Orders for all jobs that a filter finds; nothing is asked before one is given.
   * @throws OptionsError for a filter that is wrong, or says nothing.
   * @example const planned = await slurm.jobs.where({ names: ["sweep"], states: ["PENDING"] }).cancel({ dryRun: true });
   */
  where(filter: OrderFilter): FoundJobs;
}

const orderFilterSchema = listFilterSchema
  .refine(({ states }) => states !== "all", { path: ["states"], error: "name the states: what has ended takes no orders" })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), { error: "a filter that says nothing is every job: { mine: true } is all of your own" });

const dryRunShape = { dryRun: z.boolean().optional() };

/** @param onOrder - told once Slurm was told something. */
export function findJobsWhere(context: SlurmContext, input: OrderFilter, onOrder: () => void): FoundJobs {
  const { mine, ...filter } = parseOptions(orderFilterSchema, input, "jobs.where");
  const own = mine ?? (filter.users === undefined ? true : undefined);
  const order = async (action: JobAction, states: readonly StateWord[] | undefined, { dryRun = false, signal }: Cancellable & DryRunOptions): Promise<readonly FoundOrderResult[]> => {
    const found = await context.backend.list({ ...filter, states: filter.states ?? states, mine: own }, { signal });
    // A heterogeneous job is told as a whole, by its first component.
    const jobs = found.filter(({ component = 0 }, index) => component === 0 || found.findIndex(({ id }) => id === found[index]?.id) === index);
    if (dryRun || jobs.length === 0) return jobs.map((job) => ({ job, kind: "planned" }));
    const results = await control(context, action, jobs.map((job) => targetOf(context, job)), { signal });
    onOrder();
    return jobs.flatMap((job, index): FoundOrderResult[] => {
      const result = results[index];
      if (result === undefined) return [];
      // It was there when it was listed.
      return [result.kind === "failed" && result.error.problem === "not-found" ? { job, kind: "ended" } : { job, ...result }];
    });
  };
  const plain = (kind: "hold" | "release") => async (options: Cancellable & DryRunOptions = {}) => order({ kind }, ["PENDING"], parseOptions(plainOptionsSchema.extend(dryRunShape), options, `jobs.where.${kind}`));
  return {
    cancel: async (options = {}) => {
      const { hurry = false, ...rest } = parseOptions(cancelSchema.extend(dryRunShape), options, "jobs.where.cancel");
      return order({ kind: "cancel", hurry }, undefined, rest);
    },
    hold: plain("hold"),
    release: plain("release"),
    requeue: async (options = {}) => {
      const { hold = false, ...rest } = parseOptions(requeueSchema.extend(dryRunShape), options, "jobs.where.requeue");
      return order({ kind: "requeue", hold }, ["RUNNING", "SUSPENDED"], rest);
    },
  };
}

function targetOf({ facts }: SlurmContext, { id, tasks, submittedAtSeconds = 0 }: JobSummary): ControlledJob {
  const job = { id, cluster: facts.name, submittedAtSeconds };
  if (tasks === undefined) return job;
  return countIndices(tasks) === 1 ? { ...job, task: tasks[0]?.first } : { ...job, range: tasks };
}
