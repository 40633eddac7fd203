import { z } from "zod";
import { arrayTasksSchema } from "./array-tasks.js";
import { findSpecProblems } from "./components.js";
import { extraArgumentProblem } from "./extra-argument.js";
import { fileShape } from "./fields/file-fields.js";
import { gpuShape } from "./fields/gpu-fields.js";
import { identityShape } from "./fields/identity-fields.js";
import { memoryShape } from "./fields/memory-fields.js";
import { noticeShape } from "./fields/notice-fields.js";
import { placementShape } from "./fields/placement-fields.js";
import { processorShape } from "./fields/processor-fields.js";
import { queueShape } from "./fields/queue-fields.js";
import { runShape } from "./fields/run-fields.js";
import { scheduleShape } from "./fields/schedule-fields.js";
import { siteShape } from "./fields/site-fields.js";
import { taskShape } from "./fields/task-fields.js";
import { timeShape } from "./fields/time-fields.js";
import { launchSchema } from "./launch-schema.js";
import type { ComponentSpec, ComponentSpecInput, JobSpec, JobSpecInput } from "./job-spec.js";

const extraArgument = z.string().superRefine((word, context) => {
  const message = extraArgumentProblem(word);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const componentShape = {
  ...queueShape,
  ...timeShape,
  ...taskShape,
  ...processorShape,
  ...memoryShape,
  ...gpuShape,
  ...placementShape,
  extraArguments: z.array(extraArgument).optional(),
};

const componentSchema: z.ZodType<ComponentSpec, ComponentSpecInput> = z.strictObject(componentShape);

/** The fields that a component can say for itself. */
export const componentFields: ReadonlySet<string> = new Set(Object.keys(componentShape));

export const jobSpecSchema: z.ZodType<JobSpec, JobSpecInput> = z
  .strictObject({
    launch: launchSchema,
    ...identityShape,
    ...componentShape,
    ...scheduleShape,
    ...siteShape,
    ...noticeShape,
    ...fileShape,
    ...runShape,
    array: arrayTasksSchema.optional(),
    components: z.array(componentSchema).optional(),
  })
  .superRefine((spec, context) => {
    for (const { path, message } of findSpecProblems(spec)) context.addIssue({ code: "custom", path: [...path], message });
  });
