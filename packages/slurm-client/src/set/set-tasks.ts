import { parseOptions, refusedVariable } from "@hpckit/core";
import { z } from "zod";
import { parseIndexList } from "../queue/index-ranges.js";
import { parsedBy } from "../spec/parsed-by.js";

/** The variable that says which task of its set a command is; in a set of few tasks the same as SLURM_ARRAY_TASK_ID. */
export const taskVariable = "SET_TASK_ID";

/** Variables of one task: names and values, exported to its command. No secrets: they stand in the job's script, which Slurm shows. */
export type TaskVariables = Readonly<Record<string, string>>;

/** The tasks of a set: how many, their indices (`0-99999`, or listed), or the variables of each, in order from 0. */
export type SetTasksInput = number | string | readonly number[] | readonly TaskVariables[];

/** A {@link SetTasksInput} that has been checked. */
export interface SetTasks {
  /** Ascending, each once. */
  readonly tasks: readonly number[];
  /** Of task `n`, at place `n`; undefined where tasks have none. */
  readonly variables: readonly TaskVariables[] | undefined;
}

const isNumbers = (list: readonly unknown[]): list is readonly number[] => list.every((each) => typeof each === "number");

const noTask = "a set has at least one task";

/** @throws RangeError that says what is wrong. */
function readTasks(input: SetTasksInput): SetTasks {
  if (typeof input === "string") return { tasks: parseIndexList(input), variables: undefined };
  if (typeof input === "number") return { tasks: parseIndexList(`0-${input - 1}`), variables: undefined };
  if (input.length === 0) throw new RangeError(noTask);
  if (isNumbers(input)) return { tasks: parseIndexList(input.join(",")), variables: undefined };
  return { tasks: input.map((_, index) => index), variables: parseOptions(z.array(variablesSchema), input, "variables") };
}

const variablesSchema = z.record(
  z.string().superRefine((name, context) => {
    const problem = name === taskVariable ? "is set to the task" : refusedVariable(name);
    if (problem !== undefined) context.addIssue({ code: "custom", message: `${JSON.stringify(name)} ${problem}` });
  }),
  z.string({ error: "a text: write a number as \"5\"" }).refine((value) => !value.includes("\0"), { error: "a value holds no NUL character" }),
);

export const setTasksSchema: z.ZodType<SetTasks, SetTasksInput> = parsedBy(
  z.union([z.int().positive({ error: noTask }), z.string(), z.array(z.number()), z.array(z.record(z.string(), z.unknown()))], {
    error: 'tasks are a count, indices such as "0-99999" or a list of them, or a list with the variables of each: [{ INPUT: "a.nc" }, …]',
  }) as z.ZodType<SetTasksInput, SetTasksInput>,
  readTasks,
);
