import type { LogStream } from "../log/log-file.js";

/**
 * A line that one task of a step printed. Slurm tells tasks apart by lines of at most 1024 bytes: a longer one comes as several, and a last one without an
 * end gets one.
 */
export interface TaskLine {
  readonly task: number;
  readonly stream: LogStream;
  /** Without its end. */
  readonly text: string;
}

/**
 * Reads a line of `srun --label`. What tasks print always stands behind a label: no task can pass for srun.
 * @returns undefined for what srun says itself.
 */
export function readTaskLine(line: string, stream: LogStream): TaskLine | undefined {
  const [, task, text = ""] = /^ *(\d+): (.*)$/s.exec(line) ?? [];
  return task === undefined ? undefined : { task: Number(task), stream, text };
}
