import { cancellableShape, durationSchema, parseOptions, type Cancellable, type DurationInput } from "@hpckit/core";
import { z } from "zod";
import { submissionKeyShape } from "./submission-key.js";

/** What is to be forgotten, of submissions or of sets. */
export interface ForgetOptions extends Cancellable {
  /**
   * Only keys of which nothing has changed for so long: submitted, started, or given a sign of life; of a set: decided. Default: 30 days; for
   * `keys` that are named, no time at all.
   */
  readonly olderThan?: DurationInput | undefined;
  /** Only these; by default all of this user on this cluster, of every namespace. */
  readonly keys?: readonly string[] | undefined;
  /** Of `keys`, as they were submitted with. */
  readonly namespace?: string | undefined;
  /**
   * What to do with a key whose job neither the controller nor accounting knows any more: `keep` it (default), or `forget` it, where accounting
   * is purged or there is none. Then a job that a controller has lost sight of counts as ended.
   */
  readonly unknownJobs?: "keep" | "forget" | undefined;
  /** Say what would go, and remove nothing. */
  readonly dryRun?: boolean | undefined;
}

const optionsSchema = z
  .strictObject({
    olderThan: durationSchema.optional(),
    keys: z.array(submissionKeyShape.key.unwrap()).optional(),
    namespace: submissionKeyShape.namespace,
    unknownJobs: z.enum(["keep", "forget"]).optional(),
    dryRun: z.boolean().optional(),
    ...cancellableShape,
  })
  .refine(({ namespace, keys }) => namespace === undefined || keys !== undefined, { path: ["namespace"], error: "is of keys that are named: say which" });

const usualAge = { seconds: 30 * 86_400 };

/** What is asked for, and what that means. */
export interface ForgetRequest extends Pick<ForgetOptions, "keys" | "namespace" | "signal"> {
  readonly unknownJobs: "keep" | "forget";
  readonly dryRun: boolean;
  /** Until when records must be unchanged, where it is `nowSeconds`. */
  readonly newestAt: (nowSeconds: number) => number;
}

/** @throws OptionsError @param subject - of its message. */
export function readForgetOptions(input: ForgetOptions, subject: string): ForgetRequest {
  const { keys, olderThan = keys === undefined ? usualAge : { seconds: 0 }, unknownJobs = "keep", dryRun = false, ...rest } = parseOptions(optionsSchema, input, subject);
  // The file server's clock may be ahead: no age is no question of time.
  return { ...rest, keys, unknownJobs, dryRun, newestAt: (nowSeconds) => (olderThan.seconds === 0 ? Infinity : nowSeconds - olderThan.seconds) };
}
