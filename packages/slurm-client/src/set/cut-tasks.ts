/** sbatch takes a script of 4 MiB; the launch and the fence have the rest. */
const mostScriptBytes = 3 * 1024 * 1024;
/** Indices are one word of a command, for which Linux has 128 KiB; a run of them has 16 characters at most. */
const mostRuns = 8000;

/** How large one array of a set may be. */
export interface CutOptions {
  /** MaxArraySize: task `n` has the index `n % windowSize` of an array whose tasks are all of one window, so that an index stays in every round. */
  readonly windowSize: number;
  readonly mostTasks: number;
  /** How much a task adds to the script of its array, in bytes, and how much that may be. */
  readonly bytesOf?: ((task: number) => number) | undefined;
  readonly mostBytes?: number | undefined;
}

/**
 * Cuts tasks into arrays. Pure.
 *
 * Guarantees: every task is in one array, in order; none has more tasks, bytes or runs of indices than it may, or an index that is not below `windowSize`.
 * A task that is too large by itself stands alone.
 * @param tasks - ascending.
 */
export function cutTasks(tasks: readonly number[], { windowSize, mostTasks, bytesOf = () => 0, mostBytes = mostScriptBytes }: CutOptions): readonly (readonly number[])[] {
  const arrays: number[][] = [];
  let bytes = 0;
  let runs = 0;
  for (const task of tasks) {
    const own = bytesOf(task);
    const last = arrays.at(-1);
    const newRuns = last?.at(-1) === task - 1 ? 0 : 1;
    if (last === undefined || last.length >= mostTasks || bytes + own > mostBytes || runs + newRuns > mostRuns || offsetOf(last[0] ?? 0, windowSize) !== offsetOf(task, windowSize)) {
      arrays.push([task]);
      bytes = own;
      runs = 1;
    } else {
      last.push(task);
      bytes += own;
      runs += newRuns;
    }
  }
  return arrays;
}

/** What is added to an array's index to get the task. */
export const offsetOf = (task: number, windowSize: number): number => task - (task % windowSize);

/** With less than this at once in the queue there would be nearly as many arrays as tasks. */
const piecesOfRoom = 4;

/**
 * How many tasks one array should have: where few may be queued at once, arrays are a part of those, so that some are sent while others still run.
 * @param options - `wanted`: by the caller, who has it as far as Slurm takes it.
 */
export function arraySizeFor({ windowSize, maxArrayTasks = Infinity, mostQueued, wanted }: { readonly windowSize: number; readonly maxArrayTasks?: number | undefined; readonly mostQueued: number; readonly wanted?: number | undefined }): number {
  const size = wanted === undefined ? Math.ceil(mostQueued / piecesOfRoom) : Math.min(wanted, mostQueued);
  return Math.max(1, Math.floor(Math.min(windowSize, maxArrayTasks, size)));
}
