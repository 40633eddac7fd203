import { OutputUnreadableError } from "@hpckit/core";

/** What sbatch said when it queued a job. */
export interface SubmitReply {
  readonly id: string;
  /** Seconds since the epoch on the login node, just before sbatch was started. */
  readonly submittedAtSeconds: number;
}

const parsable = /^([1-9]\d*)(?:;[\w.-]+)?$/;
/** What wrappers print that drop `--parsable`. */
const spoken = /^Submitted batch job ([1-9]\d*)(?: on cluster \S+)?$/;

/**
 * Reads the answer to a submission: `ID` or `ID;cluster`. Lines of banners and site wrappers around it are ignored.
 *
 * Guarantees: an id is never guessed; where two lines could be one, the call throws.
 * @param marker - unguessable, printed before sbatch was started, with the time.
 * @throws OutputUnreadableError
 */
export function parseSubmitReply(stdout: string, marker: string): SubmitReply {
  const parts = stdout.split(`${marker} `);
  const [, answer] = parts;
  const started = /^(\d+)\n([^]*)$/.exec(answer ?? "");
  if (parts.length !== 2 || started === null) throw new OutputUnreadableError("sbatch", "no answer after the start", stdout);
  const [, time = "", said = ""] = started;
  const ids = new Set(
    said.split("\n").flatMap((line) => {
      const id = (parsable.exec(line.trim()) ?? spoken.exec(line.trim()))?.[1];
      return id === undefined ? [] : [id];
    }),
  );
  const [id] = ids;
  if (id === undefined || ids.size > 1) {
    throw new OutputUnreadableError("sbatch", id === undefined ? "no job id" : "more than one line that could be the job id", said);
  }
  return { id, submittedAtSeconds: Number(time) };
}
