import { z } from "zod";

/** A job that another waits for: its handle, its reference, or its id. */
export type DependencyJob = number | string | DependencyHandle;

/** What of a handle (`taskIndex`) or a reference (`task`, which gives other handles in a handle) is looked at. */
export interface DependencyHandle {
  readonly id: string;
  readonly taskIndex?: number | undefined;
  readonly task?: number | ((index: number) => unknown) | undefined;
  readonly cluster?: string | undefined;
}

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

const index = z.int().nonnegative().optional();
const ofTask = z.union([z.int().nonnegative(), z.custom<(index: number) => unknown>((value) => typeof value === "function")]).optional();
const handle: z.ZodType<DependencyHandle, DependencyHandle> = z.looseObject({ id: z.string(), taskIndex: index, task: ofTask, cluster: z.string().optional() });

const job: z.ZodType<string, DependencyJob> = z
  .union([z.number(), z.string(), handle], { error: "a job is its handle, its reference or its id" })
  .transform((given) => (typeof given === "object" ? writeHandle(given) : String(given)))
  .refine((id) => jobId.test(id), { error: 'the id of a job is a whole number, or "123_4" for a task of an array' });

function writeHandle({ id, taskIndex, task }: DependencyHandle): string {
  const meant = typeof task === "number" ? task : taskIndex;
  return meant === undefined ? id : `${id}_${meant}`;
}

/** Jobs as a caller names them, wherever some are meant; as plain ids. */
export const dependencyJobsSchema: z.ZodType<readonly string[], readonly DependencyJob[]> = z.array(job);

// Slurm refuses a delay of none.
const delayed = z.strictObject({ job, minutes: z.int({ error: "whole minutes" }).positive({ error: "at least one minute" }) }).transform(({ job: id, minutes }) => ({ id, minutes }));
const started: z.ZodType<StartedJob, DependencyJob | DelayedJobInput> = z.union([delayed, job.transform((id) => ({ id, minutes: undefined }))], { error: "a job is its handle, its reference or its id; { job, minutes } for so long after its start" });

const listOf = <Output, Input>(one: z.ZodType<Output, Input>): z.ZodOptional<z.ZodArray<z.ZodType<Output, Input>>> => z.array(one, { error: "a list of jobs" }).min(1, { error: "an empty list would wait for nothing: leave it out" }).optional();

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
  .strictObject({ ...conditions.shape, anyOf: conditions.optional() }, { error: 'e.g. { afterOk: [job] }' })
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

/** A job of another cluster, and where it is named. */
export interface ForeignJob {
  readonly path: string;
  readonly id: string;
  readonly cluster: string;
}

/** Jobs that are not of this cluster: their ids are other jobs' here. */
export function findForeignJobs({ anyOf = {}, ...all }: DependencyInput, cluster: string): readonly ForeignJob[] {
  const named = [...Object.entries(all), ...Object.entries(anyOf).map(([name, jobs]) => [`anyOf.${name}`, jobs] as const)];
  return named.flatMap(([path, jobs]) =>
    (Array.isArray(jobs) ? (jobs as readonly (DependencyJob | DelayedJobInput)[]) : []).flatMap((given, at) => {
      const one = typeof given === "object" && "job" in given ? given.job : given;
      return typeof one !== "object" || one.cluster === undefined || one.cluster === cluster ? [] : [{ path: `${path}.${at}`, id: one.id, cluster: one.cluster }];
    }),
  );
}
