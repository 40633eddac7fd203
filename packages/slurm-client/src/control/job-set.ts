import { parseOptions, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import type { JobControlError } from "../error/job-control-error.js";
import type { JobReference } from "../job/job-reference.js";
import { control, type ControlResult } from "./control.js";
import type { JobAction } from "./job-action.js";
import { cancelSchema, requeueSchema, type CancelOptions, type RequeueOptions } from "./job-controls.js";
import { readPlainOptions } from "../slurm/plain-options.js";
import type { SlurmContext } from "../slurm/slurm-context.js";

/** A job by its handle or its reference, which both know when it was submitted. */
export type JobSelector = JobReference | { toJSON(): JobReference };

/** What became of an order about one of many jobs. */
export type JobOrderResult = { readonly job: JobReference } & (ControlResult | { readonly kind: "failed"; readonly error: JobControlError });

/**
 * The same for many jobs in one round trip. An order that one job refuses is in its result, and stops no other.
 * @throws ControllerUnreachableError, where it is not known which were told.
 */
export interface JobSetControls {
  cancel(jobs: readonly JobSelector[], options?: CancelOptions): Promise<readonly JobOrderResult[]>;
  hold(jobs: readonly JobSelector[], options?: Cancellable): Promise<readonly JobOrderResult[]>;
  release(jobs: readonly JobSelector[], options?: Cancellable): Promise<readonly JobOrderResult[]>;
  requeue(jobs: readonly JobSelector[], options?: RequeueOptions): Promise<readonly JobOrderResult[]>;
}

const selectorsSchema: z.ZodType<readonly JobSelector[]> = z.array(
  z.custom<JobSelector>((job) => typeof job === "object" && job !== null, { error: "a job is its handle or its reference, which know when it was submitted: await slurm.find(id) has the handle of an id" }),
  { error: "a list of jobs" },
);

const isHandle = (job: JobSelector): job is { toJSON(): JobReference } => "toJSON" in job;

/**
 * @param check - refuses what is no reference, or one of another cluster.
 * @param onOrder - told once Slurm was told something.
 */
export function createJobSetControls(context: SlurmContext, check: (reference: JobReference) => JobReference, onOrder: () => void): JobSetControls {
  const order = async (action: JobAction, selected: readonly JobSelector[], options: Cancellable): Promise<readonly JobOrderResult[]> => {
    const jobs = parseOptions(selectorsSchema, selected, "jobs").map((job) => check(isHandle(job) ? job.toJSON() : job));
    const results = await control(context, action, jobs, options);
    onOrder();
    return jobs.flatMap((job, index): JobOrderResult[] => {
      const result = results[index];
      return result === undefined ? [] : [{ job, ...result }];
    });
  };
  return {
    cancel: async (jobs, options = {}) => {
      const { hurry = false, signal } = parseOptions(cancelSchema, options, "jobs.cancel");
      return order({ kind: "cancel", hurry }, jobs, { signal });
    },
    hold: async (jobs, options = {}) => order({ kind: "hold" }, jobs, readPlainOptions(options, "jobs.hold")),
    release: async (jobs, options = {}) => order({ kind: "release" }, jobs, readPlainOptions(options, "jobs.release")),
    requeue: async (jobs, options = {}) => {
      const { hold = false, signal } = parseOptions(requeueSchema, options, "jobs.requeue");
      return order({ kind: "requeue", hold }, jobs, { signal });
    },
  };
}
