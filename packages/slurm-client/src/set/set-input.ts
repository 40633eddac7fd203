import { callbackSchema, cancellableShape } from "@hpckit/core";
import { z } from "zod";
import { count } from "../spec/plain-values.js";
import { submissionKeyShape } from "../submit/submission-key.js";
import { memoryRuleSchema, retryRuleSchema, timeRuleSchema, type RetryRule } from "./retry-rule.js";
import { setTasksSchema, type SetTasks } from "./set-tasks.js";
import type { RetryFailedOptions, SubmitSetOptions, TaskSetInput, TaskSetReference, TaskSpecInput } from "./task-set.js";

/** A {@link TaskSetInput} whose spec is left to be checked. */
export interface CheckedSetInput {
  readonly key: string;
  readonly namespace?: string | undefined;
  readonly spec: TaskSpecInput;
  readonly tasks: SetTasks;
  readonly retry?: RetryRule | undefined;
  readonly queuedAtMost?: number | undefined;
  readonly tasksPerArray?: number | undefined;
}

/** What is added to it for arrays has room in 200 characters. */
const keyLength = { error: "a text of 1 to 150 characters" };
const key = z.string(keyLength).min(1, keyLength).max(150, keyLength).refine((value) => !/\p{Cc}/u.test(value), { error: "no line breaks or other control characters" });

const isTaskSpec = (value: unknown): value is TaskSpecInput => typeof value === "object" && value !== null && !("array" in value) && !("components" in value);

export const taskSetInputSchema: z.ZodType<CheckedSetInput, TaskSetInput> = z.strictObject({
  key,
  namespace: submissionKeyShape.namespace,
  spec: z.custom<TaskSpecInput>(isTaskSpec, { error: "a job spec without `array` and `components`: the tasks of a set stand beside it, in `tasks`" }),
  tasks: setTasksSchema,
  retry: retryRuleSchema.optional(),
  queuedAtMost: count.optional(),
  tasksPerArray: count.optional(),
});

export const submitSetSchema: z.ZodType<SubmitSetOptions> = z.strictObject({
  ...cancellableShape,
  onProgress: callbackSchema<SubmitSetOptions["onProgress"]>().optional(),
  budget: z.enum(["refuse", "note"]).optional(),
});

export const setReferenceSchema: z.ZodType<TaskSetReference> = z.strictObject({ cluster: z.string(), key, namespace: submissionKeyShape.namespace });

export const retryFailedSchema: z.ZodType<RetryFailedOptions> = z.strictObject({
  ...cancellableShape,
  tasks: z.array(z.int().nonnegative()).optional(),
  memory: memoryRuleSchema,
  time: timeRuleSchema,
  exclude: z.array(z.string().regex(/^[A-Za-z0-9_.-]+$/, { error: "the name of a node" })).optional(),
});
