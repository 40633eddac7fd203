import { explainExit, type ExitMeaning } from "../outcome/exit-code.js";
import { parseIndexList } from "../queue/index-ranges.js";

/** How one task of a step ended. */
export interface TaskEnd {
  readonly task: number;
  readonly node: string;
  /** Undefined where srun was not told: nobody knows. */
  readonly exit: ExitMeaning | undefined;
}

/** Hears what `srun --verbose` says. */
export interface TaskEndReader {
  readonly push: (line: string) => void;
  /** Of every task that was launched, in order. */
  readonly ends: () => readonly TaskEnd[];
}

/**
 * Reads how tasks ended from srun's own words: accounting knows one code for a whole step, and of tasks that ended with 0 srun is silent unless it is
 * verbose. It says the wait status on one line, and on the next whose it was.
 * @see Slurm 22.05.8, 24.11.5, 26.05.5: src/srun/launch.c; recorded on all three
 */
export function taskEndReader(): TaskEndReader {
  const tasks = new Map<number, TaskEnd>();
  let status: number | undefined;
  const listed = (indices: string, node: string, exit: TaskEnd["exit"]): void => {
    for (const task of parseIndexList(indices)) tasks.set(task, { task, node, exit });
  };
  return {
    push: (line) => {
      const [, host, launched] = /^srun: launching \S+ on host (\S+), \d+ tasks: \[?([\d,-]+)\]?$/.exec(line) ?? [];
      if (host !== undefined && launched !== undefined) listed(launched, host, undefined);
      const [, told] = /^srun: (?:\S+ \S+: )?Received task exit notification for .*\(status=0x([\da-f]+)\)\.$/.exec(line) ?? [];
      if (told !== undefined) status = Number.parseInt(told, 16);
      const [, node, ended] = /^srun: (?:error: |\S+ \S+: )?([^\s:]+): tasks? ([\d,-]+): \S/.exec(line) ?? [];
      if (node !== undefined && ended !== undefined && status !== undefined) listed(ended, node, explainExit({ exitCode: status >> 8, signal: status & 127 }));
    },
    ends: () => [...tasks.values()].sort((one, other) => one.task - other.task),
  };
}
