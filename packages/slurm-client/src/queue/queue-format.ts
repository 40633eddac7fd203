/**
 * Begins every question to squeue. Without `--all` jobs of partitions that are hidden, or closed to the user's groups, are left out without a
 * word, its own too; only questions by `--jobs` have them, and not those for steps (22.05 to 26.05).
 */
export const squeue = ["squeue", "--all"] as const;

/**
 * The squeue columns that are read, in order. None holds text of users; the reason can hold an administrator's, and stands last.
 * @see squeue(1), `--Format`
 */
export const queueColumns = {
  id: "JobArrayID",
  state: "State",
  submittedAt: "SubmitTime",
  startedAt: "StartTime",
  elapsed: "TimeUsed",
  exitCode: "exit_code",
  restarts: "RestartCnt",
  nodes: "NodeList",
  reason: "Reason",
} as const;

export const fieldEnd = "\x1f";

/**
 * The value of squeue's `--Format`. A column with an ending but no width is printed whole, without padding (22.05 to 26.05).
 * `SLURM_TIME_FORMAT=%s` and `SLURM_BITSTR_LEN=0` belong beside it.
 * @param recordEnd - unguessable, new for every call.
 */
export function queueFormat(recordEnd: string): string {
  const columns = Object.values(queueColumns);
  return columns.map((column, index) => `${column}:${index === columns.length - 1 ? recordEnd : fieldEnd}`).join(",");
}
