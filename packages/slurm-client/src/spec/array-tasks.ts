import { z } from "zod";
import { formatIndexList, parseIndexList } from "../queue/index-ranges.js";
import { parsedBy } from "./parsed-by.js";

/** The indices of an array job: as Slurm writes them (`0-15`, `1,3,5-9:2`), or listed. */
export type ArrayTasksInput = string | readonly number[] | { readonly tasks: string | readonly number[]; readonly atOnce?: number | undefined };

/** The tasks of an array job. */
export interface ArrayTasks {
  /** Ascending, each once. */
  readonly tasks: readonly number[];
  /** How many may run at once. */
  readonly atOnce: number | undefined;
}

/** @throws RangeError that says what is wrong. */
function readArrayTasks(input: ArrayTasksInput): ArrayTasks {
  if (typeof input !== "object" || !("tasks" in input)) return { tasks: readIndices(input), atOnce: undefined };
  return { tasks: readIndices(input.tasks), atOnce: input.atOnce };
}

function readIndices(input: string | readonly number[]): readonly number[] {
  if (typeof input === "string") {
    if (input.includes("%")) throw new RangeError('say how many may run at once with { tasks, atOnce }, not "%"');
    if (input.includes("[")) throw new RangeError("write the indices without brackets");
    return parseIndexList(input.replaceAll(" ", ""));
  }
  if (input.length === 0) throw new RangeError("an array job has at least one task");
  return parseIndexList(input.join(","));
}

const indices = z.union([z.string(), z.array(z.number())], { error: 'indices are a text such as "0-15", or a list' });

export const arrayTasksSchema: z.ZodType<ArrayTasks, ArrayTasksInput> = parsedBy(
  z.union([indices, z.strictObject({ tasks: indices, atOnce: z.int().positive().optional() })], {
    error: 'an array is a text such as "0-15", a list of indices, or { tasks, atOnce }',
  }) as z.ZodType<ArrayTasksInput, ArrayTasksInput>,
  readArrayTasks,
);

/** Writes `0-3,7%2`. */
export const formatArray = ({ tasks, atOnce }: ArrayTasks): string => formatIndexList(tasks) + (atOnce === undefined ? "" : `%${atOnce}`);
