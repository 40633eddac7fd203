import { z } from "zod";

/** Everything that the processing can be told. A missing or wrong value is reported with the layer it came from. */
export const schema = z.strictObject({
  LOGIN_HOST: z.string(),
  LOGIN_PORT: z.number().int(),
  LOGIN_USER: z.string(),
  /** Files; by default ssh's own known hosts, and the keys of the agent. */
  KNOWN_HOSTS: z.string().optional().transform((file) => (file === undefined ? ("strict" as const) : { file })),
  PRIVATE_KEY: z.string().transform((file) => ({ file })).optional(),
  PARTITION: z.string(),
  ACCOUNT: z.string(),
  TIME_LIMIT: z.string(),
  MEMORY: z.string(),
  /** On the cluster. */
  SCRATCH_ROOT: z.string(),
  IMAGE_ROOT: z.string(),
  IMAGE: z.string(),
  VENV_ROOT: z.string(),
  RESULTS: z.string(),
  /** On this machine: the record to process, and the folder for the product. */
  RECORD: z.string(),
  PRODUCT: z.string(),
  PLOT_TITLE: z.string(),
  /** Seconds of rest after each month, so that a person can watch, and Slurm can sample what is used. */
  PAUSE_PER_MONTH: z.number().min(0),
});
