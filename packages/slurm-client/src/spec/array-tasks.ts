import { z } from "zod";
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

/** Slurm's own bound on MaxArraySize: what is larger was not meant. */
const mostTasks = 4_000_001;

/**
 * Expands an index list such as `1,3,5-9:2`; the count of tasks at once (`%2`) is dropped.
 * @throws RangeError for anything else; an empty one too, which Slurm accepts without a word.
 */
export function parseIndexList(text: string): readonly number[] {
  const tasks = new Set<number>();
  for (const part of text.replace(/%\d+$/, "").split(",")) {
    const match = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part.trim());
    const [from, to, step] = [match?.[1], match?.[2] ?? match?.[1], match?.[3] ?? "1"].map(Number) as [number, number, number];
    if (match === null || to < from || step < 1 || to >= mostTasks) throw new RangeError(`${JSON.stringify(part)} is no index and no range: write "0-15" or "1,3,5-9:2"`);
    for (let task = from; task <= to; task += step) tasks.add(task);
  }
  return [...tasks].sort((one, other) => one - other);
}

/** Writes indices as short as Slurm does: `0-3,7`. */
export function formatIndexList(tasks: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const task of tasks) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] + 1 === task) run[1] = task;
    else runs.push([task, task]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}

/** @throws RangeError that says what is wrong. */
function readArrayTasks(input: ArrayTasksInput): ArrayTasks {
  if (typeof input !== "object" || !("tasks" in input)) return { tasks: readIndices(input), atOnce: undefined };
  return { tasks: readIndices(input.tasks), atOnce: input.atOnce };
}

function readIndices(input: string | readonly number[]): readonly number[] {
  if (typeof input === "string") {
    if (input.includes("%")) throw new RangeError('say how many may run at once with { tasks, atOnce }, not "%"');
    return parseIndexList(input);
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
