import { SubmissionError } from "../error/submission-errors.js";
import { appendSynced, compact, readRecords } from "./journal-file.js";
import { findUnsettled, renderRecord, type BegunSubmission, type JournalRecord } from "./journal-record.js";

/**
 * What this client has in flight, on a local disk of its own. Nothing is decided by it: that is what the records over there are for. It lets a
 * client that was killed know what it had begun.
 */
export interface Journal {
  /** Resolved ⇒ it is on the disk. @throws SubmissionError of outcome `not-sent` */
  begin(submissions: readonly BegunSubmission[]): Promise<void>;
  /** Best effort: what is not settled here is found out once more. */
  settle(token: string): Promise<void>;
  unsettled(): Promise<readonly BegunSubmission[]>;
}

export interface JournalOptions {
  /** Size from which on settled records are dropped, where most of it is that; some thousands of submissions by default. */
  readonly compactAtBytes?: number | undefined;
}

/** @param file - absolute, on a local disk; it is made if it is not there, its folder is not. */
export function openJournal(file: string, { compactAtBytes = 1024 * 1024 }: JournalOptions = {}): Journal {
  // One after the other: a record is never written into another.
  let last: Promise<unknown> = Promise.resolve();
  let mostBytes = compactAtBytes;
  const write = async (records: readonly JournalRecord[]): Promise<void> => {
    const size = await appendSynced(file, records.map(renderRecord).join(""));
    if (size < mostBytes) return;
    // What is in flight stays in it: the next time is when there is much more than that.
    mostBytes = Math.max(compactAtBytes, 4 * (await compact(file).catch(() => size)));
  };
  const append = (records: readonly JournalRecord[]): Promise<void> => {
    const written = last.then(() => write(records));
    last = written.catch(() => undefined);
    return written;
  };
  return {
    begin: (submissions) =>
      append(submissions.map((submission) => ({ kind: "begun", ...submission }))).catch((error: unknown) => {
        throw new SubmissionError("journal-failed", `the journal ${file} cannot be written, so nothing was sent: ${String(error)}`, { cause: error });
      }),
    settle: (token) => append([{ kind: "settled", token }]).catch(() => undefined),
    unsettled: async () => {
      await last;
      return findUnsettled(await readRecords(file));
    },
  };
}
