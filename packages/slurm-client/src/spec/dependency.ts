import { z } from "zod";

/** A job that another waits for: its handle, or its id. */
export type DependencyJob = number | string | { readonly id: string; readonly taskIndex?: number | undefined };

/** A job, and how long after its start. */
export interface DelayedJobInput {
  readonly job: DependencyJob;
  readonly minutes: number;
}

/** What must have happened to other jobs. */
export interface DependencyConditionsInput {
  /** These have completed with exit code 0. */
  readonly afterOk?: readonly DependencyJob[] | undefined;
  /** These have failed, were cancelled, or timed out. */
  readonly afterNotOk?: readonly DependencyJob[] | undefined;
  /** These have ended, however. */
  readonly afterAny?: readonly DependencyJob[] | undefined;
  /** These have started, or were cancelled; so many minutes ago with `{ job, minutes }`. */
  readonly after?: readonly (DependencyJob | DelayedJobInput)[] | undefined;
  /** Each task of the array waits for the task of the same index of these. */
  readonly afterCorresponding?: readonly DependencyJob[] | undefined;
  /** These have ended, and what they left in burst buffers is out. */
  readonly afterBurstBuffer?: readonly DependencyJob[] | undefined;
  /** No other job of the same name and user runs. */
  readonly singleton?: true | undefined;
}

/**
 * What must have happened before a job may start; all of it.
 * @see sbatch(1), `--dependency`
 */
export interface DependencyInput extends DependencyConditionsInput {
  /** Any one thing of these, instead of all. */
  readonly anyOf?: DependencyConditionsInput | undefined;
}

/** A job that has started, so many minutes ago. */
export interface StartedJob {
  readonly id: string;
  readonly minutes: number | undefined;
}

/** {@link DependencyConditionsInput} with plain ids. */
export interface DependencyConditions {
  readonly afterOk?: readonly string[] | undefined;
  readonly afterNotOk?: readonly string[] | undefined;
  readonly afterAny?: readonly string[] | undefined;
  readonly after?: readonly StartedJob[] | undefined;
  readonly afterCorresponding?: readonly string[] | undefined;
  readonly afterBurstBuffer?: readonly string[] | undefined;
  readonly singleton?: true | undefined;
}

/** A {@link DependencyInput} with plain ids. */
export interface Dependency extends DependencyConditions {
  readonly anyOf?: DependencyConditions | undefined;
}

const jobId = /^[1-9]\d*(?:_\d+)?$/;

const job: z.ZodType<string, DependencyJob> = z
  .union([z.number(), z.string(), z.looseObject({ id: z.string(), taskIndex: z.int().nonnegative().optional() })], { error: "a job is its handle or its id" })
  .transform((given) => (typeof given === "object" ? [given.id, ...(given.taskIndex === undefined ? [] : [given.taskIndex])].join("_") : String(given)))
  .refine((id) => jobId.test(id), { error: 'the id of a job is a whole number, or "123_4" for a task of an array' });

/** Jobs as a caller names them, wherever some are meant; as plain ids. */
export const dependencyJobsSchema: z.ZodType<readonly string[], readonly DependencyJob[]> = z.array(job);

// Slurm refuses a delay of none.
const delayed = z.strictObject({ job, minutes: z.int({ error: "whole minutes" }).positive({ error: "at least one minute" }) }).transform(({ job: id, minutes }) => ({ id, minutes }));
const started: z.ZodType<StartedJob, DependencyJob | DelayedJobInput> = z.union([delayed, job.transform((id) => ({ id, minutes: undefined }))], { error: "a job is its handle or its id; { job, minutes } for so long after its start" });

const listOf = <Output, Input>(one: z.ZodType<Output, Input>): z.ZodOptional<z.ZodArray<z.ZodType<Output, Input>>> => z.array(one).min(1, { error: "an empty list would wait for nothing: leave it out" }).optional();

const conditions = z.strictObject({
  afterOk: listOf(job),
  afterNotOk: listOf(job),
  afterAny: listOf(job),
  after: listOf(started),
  afterCorresponding: listOf(job),
  afterBurstBuffer: listOf(job),
  singleton: z.literal(true).optional(),
});

export const dependencySchema: z.ZodType<Dependency, DependencyInput> = z
  .strictObject({ ...conditions.shape, anyOf: conditions.optional() })
  .refine(({ anyOf, ...all }) => anyOf === undefined || Object.values(all).every((value) => value === undefined), { path: ["anyOf"], error: "Slurm takes all of what is asked, or any one thing: put it all into anyOf" });

const slurmNames = { afterOk: "afterok", afterNotOk: "afternotok", afterAny: "afterany", after: "after", afterCorresponding: "aftercorr", afterBurstBuffer: "afterburstbuffer" } as const;
type Condition = keyof typeof slurmNames;

const writeJob = (given: string | StartedJob): string => (typeof given === "string" ? given : given.id + (given.minutes === undefined ? "" : `+${given.minutes}`));

/** Writes `afterok:1:2,after:3+10,singleton`, or with `?` between for any of them; nothing for a dependency on nothing. */
export function formatDependency(dependency: Dependency): string | undefined {
  const { anyOf } = dependency;
  const asked: DependencyConditions = anyOf ?? dependency;
  const written = (Object.keys(slurmNames) as Condition[]).flatMap((name) => {
    const jobs: readonly (string | StartedJob)[] | undefined = asked[name];
    return jobs === undefined ? [] : [[slurmNames[name], ...jobs.map(writeJob)].join(":")];
  });
  const all = [...written, ...(asked.singleton === true ? ["singleton"] : [])];
  return all.length === 0 ? undefined : all.join(anyOf === undefined ? "," : "?");
}
