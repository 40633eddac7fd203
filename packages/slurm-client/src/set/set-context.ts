import type { Cancellable } from "@hpckit/core";
import type { JobOrderResult } from "../control/job-set.js";
import type { Job } from "../job/job.js";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { JobSpec } from "../spec/job-spec.js";
import type { FindSubmittedOptions, FoundSubmission } from "../submit/find-submitted.js";
import type { Submitter } from "../submit/submitter.js";
import type { JobWatcher } from "../watch/job-watcher.js";
import type { RetryRule } from "./retry-rule.js";
import type { SetArray } from "./read-set-log.js";
import type { TaskSpecInput } from "./task-set.js";

/** What sets need of a connection. */
export interface SetContext extends SlurmContext {
  readonly submitter: Submitter;
  readonly watcher: JobWatcher;
  /** The handle of a job. */
  handle(reference: JobReference): Job;
  /** Runs when an array has ended. */
  removeSecrets(reference: JobReference): Promise<void>;
  /** What the records say of keys. */
  findSubmitted(keys: readonly string[], options: FindSubmittedOptions): Promise<readonly FoundSubmission[]>;
  cancelJobs(references: readonly JobReference[], options: Cancellable): Promise<readonly JobOrderResult[]>;
  /** Between two looks for room, where nothing ended meanwhile. */
  readonly pollIntervalMs: number;
  readonly pollFloorMs: number;
  /** Told of failures that are tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/** By what a set is known. */
export interface SetIdentity {
  readonly key: string;
  readonly namespace: string | undefined;
}

/** What it takes to send arrays of a set. */
export interface SetSender {
  readonly spec: JobSpec;
  readonly rule: RetryRule | undefined;
  readonly queuedAtMost: number;
  /** How much a task adds to the script of its array. */
  readonly bytesOf: (task: number) => number;
  /** The spec of one array, as the caller writes specs. */
  specOf(array: SetArray): TaskSpecInput & { readonly array: readonly number[] };
}

/** No two sets have an array of one key: its name has no slash, so that what stands before the last one is the set's. */
export const keyOfArray = ({ key }: Pick<SetIdentity, "key">, { name }: Pick<SetArray, "name">): string => `${key}/${name}`;
