import { z } from "zod";

/** A job that another waits for: its handle, or its id. */
export type DependencyJob = number | string | { readonly id: string };

/**
 * What must have happened before a job may start; all of it.
 * @see sbatch(1), `--dependency`
 */
export interface DependencyInput {
  /** These have completed with exit code 0. */
  readonly afterOk?: readonly DependencyJob[] | undefined;
  /** These have failed, were cancelled, or timed out. */
  readonly afterNotOk?: readonly DependencyJob[] | undefined;
  /** These have ended, however. */
  readonly afterAny?: readonly DependencyJob[] | undefined;
  /** These have started, or were cancelled. */
  readonly after?: readonly DependencyJob[] | undefined;
  /** Each task of the array waits for the task of the same index of these. */
  readonly afterCorresponding?: readonly DependencyJob[] | undefined;
  /** No other job of the same name and user runs. */
  readonly singleton?: true | undefined;
}

/** A {@link DependencyInput} with plain ids. */
export type Dependency = { readonly [Key in keyof DependencyInput]: DependencyInput[Key] extends true | undefined ? true | undefined : readonly string[] | undefined };

const jobId = /^[1-9]\d*(?:_\d+)?$/;

const jobs = z
  .array(
    z
      .union([z.number(), z.string(), z.looseObject({ id: z.string() })], { error: "a job is its handle or its id" })
      .transform((job) => (typeof job === "object" ? job.id : String(job)))
      .refine((id) => jobId.test(id), { error: 'the id of a job is a whole number, or "123_4" for a task of an array' }),
  )
  .min(1, { error: "an empty list would wait for nothing: leave it out" })
  .optional();

export const dependencySchema: z.ZodType<Dependency, DependencyInput> = z.strictObject({
  afterOk: jobs,
  afterNotOk: jobs,
  afterAny: jobs,
  after: jobs,
  afterCorresponding: jobs,
  singleton: z.literal(true).optional(),
});

const slurmNames = { afterOk: "afterok", afterNotOk: "afternotok", afterAny: "afterany", after: "after", afterCorresponding: "aftercorr" } as const;
type Condition = keyof typeof slurmNames;

/** Writes `afterok:1:2,afterany:3,singleton`; nothing for a dependency on nothing. */
export function formatDependency(dependency: Dependency): string | undefined {
  const conditions = (Object.keys(slurmNames) as Condition[]).flatMap((name) => {
    const ids = dependency[name];
    return ids === undefined ? [] : [[slurmNames[name], ...ids].join(":")];
  });
  const all = [...conditions, ...(dependency.singleton === true ? ["singleton"] : [])];
  return all.length === 0 ? undefined : all.join(",");
}
