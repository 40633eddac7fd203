import { SlurmError } from "../error/slurm-error.js";

/** What a log could not give is told at its end: a file that is missing takes nothing from the others. */
export interface LogGaps {
  /** The items of a source; that it lacks a file is kept for later. */
  within<Item>(source: AsyncGenerator<Item>): AsyncGenerator<Item>;
  /** @throws SlurmError `log-missing`, `log-unreadable`, if a file was lacking. */
  tell(): void;
}

export function collectGaps(): LogGaps {
  const gaps: SlurmError[] = [];
  return {
    async *within(source) {
      try {
        yield* source;
      } catch (error) {
        if (!(error instanceof SlurmError && (error.code === "log-missing" || error.code === "log-unreadable"))) throw error;
        gaps.push(error);
      }
    },
    tell() {
      const [first, ...others] = gaps;
      if (first === undefined) return;
      throw others.length === 0 ? first : new SlurmError(first.code, `${first.message} (of ${others.length} more of its files the like is true)`, { cause: new AggregateError(gaps) });
    },
  };
}

/** The file of a job that has run and ended. @param reached - how far it was read before it went. */
export const logMissing = (file: string, reached: number): SlurmError =>
  new SlurmError(
    "log-missing",
    `the job has run, and ${file} is not there as the login node sees it: ${
      reached > 0 ? `it was moved or removed after ${reached} bytes were read, and what came after them is missing here` : "it is on a disk of the job's own node, or it was moved or removed, or it could not be opened (job.done() says so)"
    }; let --output name a folder that the login node shares with the nodes, or name the file as it is now: job.log({ file })`,
  );
