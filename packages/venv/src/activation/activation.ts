import { parseOptions, refusedVariable } from "@hpckit/core";
import { z } from "zod";
import { environmentPath } from "../environment/environment-path.js";

/** What a project adds to its environment. */
export interface ActivationAdditions {
  /** Folders that stand before the others on PYTHONPATH: the project's own code. */
  readonly pythonPath?: readonly string[] | undefined;
  /** Folders that stand before the others on PATH, behind the environment's own programs. */
  readonly path?: readonly string[] | undefined;
  /** Variables that the project works with, e.g. where its data lie. They are set as they stand: nothing in them is expanded. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

export interface ActivationInput extends ActivationAdditions {
  /** The environment's absolute folder, or a link to it that may be switched, e.g. `/shared/venvs/main`. */
  readonly folder: string;
}

/** What it means to be in an environment: the same for people at login and for launches. {@link activation} makes one. */
export interface Activation {
  readonly folder: string;
  readonly pythonPath: readonly string[];
  readonly path: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** Variables that activation sets by itself. */
const own = /^(?:PATH|PYTHONPATH|PYTHONHOME|PYTHONNOUSERSITE|VIRTUAL_ENV)$/;

const pathEntry = z
  .string()
  .startsWith("/", { error: "not an absolute path" })
  .refine((folder) => !/[:\p{Cc}]/u.test(folder), { error: "a colon divides such lists, and a control character cannot be read back: rename the folder" });

const variablesSchema = z.record(z.string(), z.string()).superRefine((variables, context) => {
  for (const [name, value] of Object.entries(variables)) {
    const reason = own.test(name) ? "is set by the activation itself: give `folder`, `path` or `pythonPath`" : refusedVariable(name);
    if (reason !== undefined) context.addIssue({ code: "custom", path: [name], message: reason });
    if (/\p{Cc}/u.test(value)) context.addIssue({ code: "custom", path: [name], message: "a value with a line break or a control character does not pass every shell: keep it in a file" });
  }
});

const activationSchema: z.ZodType<Activation, ActivationInput> = z
  .strictObject({ folder: environmentPath, pythonPath: z.array(pathEntry).optional(), path: z.array(pathEntry).optional(), variables: variablesSchema.optional() })
  .transform(({ folder, pythonPath = [], path = [], variables = {} }) => ({ folder, pythonPath, path, variables }));

/**
 * Says what activation of an environment means, once: the script for people ({@link renderActivation}) and the layer for launches
 * ({@link virtualenvAt}) are made of the same data, and cannot name two environments.
 * @throws OptionsError that lists everything wrong at once.
 */
export const activation = (input: ActivationInput): Activation => parseOptions(activationSchema, input, "activation");

/** What is set, beside the two lists; `undefined` takes a variable away. A script puts the folder that a link leads to in place of VIRTUAL_ENV's. */
export const variablesOf = ({ folder, variables }: Activation): readonly (readonly [name: string, value: string | undefined])[] => [
  ["VIRTUAL_ENV", folder],
  ["PYTHONNOUSERSITE", "1"], // what a person installed for themselves must not change what the project does
  ["PYTHONHOME", undefined], // it would send the interpreter to another's libraries
  ...Object.entries(variables),
];
