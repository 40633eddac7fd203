import { durationSchema, memorySizeSchema, type Launch, type MemorySize, type MemorySizeInput, type Recipe } from "@hpckit/core";
import { z } from "zod";
import { arrayTasksSchema } from "./array-tasks.js";
import { dependencySchema } from "./dependency.js";
import { extraArgumentProblem } from "./extra-argument.js";
import type { JobSpec, JobSpecInput } from "./job-spec.js";

const count = z.int({ error: "a whole number" }).positive({ error: "at least 1" });

const controlCharacter = /\p{Cc}/u;

const text = z
  .string()
  .min(1, { error: "an empty text: leave it out" })
  .refine((value) => !controlCharacter.test(value), { error: "no line breaks or other control characters" });

/** A word in a list that Slurm separates with commas. */
const listed = text.regex(/^[^,\s]+$/, { error: "no comma and no blank: one entry of the list is one word" });

/** Slurm expands `%` patterns, and a backslash anywhere would switch that off. */
const outputFile = text.refine((value) => !value.includes("\\"), { error: "no backslash: Slurm would then expand no % pattern" });

const folder = text.startsWith("/", { error: "an absolute path" });

const someMemory: z.ZodType<MemorySize, MemorySizeInput> = memorySizeSchema.refine(({ bytes }) => bytes > 0, {
  error: 'Slurm takes 0 for all memory of a node: say how much, or ask for all with extraArguments: ["--mem=0"]',
});

const isLaunch = (value: unknown): value is Recipe | Launch =>
  typeof value === "object" && value !== null && "argv" in value && Array.isArray(value.argv) && value.argv.length > 0 && ("layers" in value || "setup" in value);

export const jobSpecSchema: z.ZodType<JobSpec, JobSpecInput> = z
  .strictObject({
    launch: z.custom<Recipe | Launch>(isLaunch, { error: "a recipe made by compose(), or a launch made by prepare()" }),
    name: text.max(200, { error: "at most 200 characters" }).optional(),
    comment: text.max(900, { error: "at most 900 characters" }).optional(),
    account: listed.optional(),
    partition: text.regex(/^[^,\s]+(?:,[^,\s]+)*$/, { error: 'the name of a partition, or several as "a,b"' }).optional(),
    qos: listed.optional(),
    reservation: listed.optional(),
    time: durationSchema.refine(({ seconds }) => seconds > 0, { error: 'Slurm takes 0 for unlimited: say how long, or "unlimited"' }).optional(),
    nodes: z
      .union([count, z.strictObject({ min: count, max: count })], { error: "a whole number from 1, or { min, max }" })
      .refine((nodes) => typeof nodes === "number" || nodes.min <= nodes.max, { error: "min is more than max" })
      .optional(),
    ntasks: count.optional(),
    ntasksPerNode: count.optional(),
    cpusPerTask: count.optional(),
    memory: someMemory.optional(),
    memoryPerCpu: someMemory.optional(),
    gpus: z.union([count, z.strictObject({ type: listed, count })], { error: "a whole number from 1, or { type, count }" }).optional(),
    gres: z.array(listed.regex(/^[^:]+(?::[^:]+){0,2}$/, { error: "name[:type][:count]" })).min(1).optional(),
    constraint: text.optional(),
    licenses: z.array(listed).min(1).optional(),
    dependency: dependencySchema.optional(),
    array: arrayTasksSchema.optional(),
    requeue: z.boolean().optional(),
    nice: z.int().optional(),
    workFolder: folder.optional(),
    output: outputFile.optional(),
    error: outputFile.optional(),
    extraArguments: z
      .array(
        z.string().superRefine((word, context) => {
          const message = extraArgumentProblem(word);
          if (message !== undefined) context.addIssue({ code: "custom", message });
        }),
      )
      .optional(),
  })
  .refine((spec) => spec.memory === undefined || spec.memoryPerCpu === undefined, { path: ["memoryPerCpu"], error: "memory is given too: one of the two" });
