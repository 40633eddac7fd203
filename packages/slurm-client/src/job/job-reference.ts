import { z } from "zod";

/** A job on paper: enough to find it again from another process. Plain JSON, without a secret. */
export interface JobReference {
  readonly id: string;
  /** Ids are only unique within a cluster. */
  readonly cluster: string;
  /** Seconds since the epoch on the login node, just before sbatch. Ids are used again: an older job of the same id is another. */
  readonly submittedAtSeconds: number;
  readonly name?: string | undefined;
  /** Whose it is, where it was not submitted by us. */
  readonly user?: string | undefined;
  readonly workFolder?: string | undefined;
  /** Absolute path of stdout, with Slurm's `%` patterns. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  /** Indices of an array job. Where they are left out, watching learns them from what Slurm shows. */
  readonly tasks?: readonly number[] | undefined;
  /** How many components a heterogeneous job has; its id is that of the first. */
  readonly components?: number | undefined;
  /** The one task of the array that this handle is about; undefined for the whole of a job. */
  readonly task?: number | undefined;
  /** What is to be removed once the job has ended. */
  readonly secretsFile?: string | undefined;
}

/** What of a job is one for all of its parts. */
export const wholeJobShape = {
  id: z.string().regex(/^[1-9]\d*$/, { error: "the id of a job is a whole number" }),
  cluster: z.string(),
  submittedAtSeconds: z.number(),
  name: z.string().optional(),
  user: z.string().optional(),
  workFolder: z.string().optional(),
  output: z.string().optional(),
  error: z.string().optional(),
  secretsFile: z.string().startsWith("/").optional(),
};

export const jobReferenceSchema: z.ZodType<JobReference, JobReference> = z.strictObject({
  ...wholeJobShape,
  tasks: z.array(z.int().nonnegative()).min(1).optional(),
  components: z.int().min(2).optional(),
  task: z.int().nonnegative().optional(),
});
