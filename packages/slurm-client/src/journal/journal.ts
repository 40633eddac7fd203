import { open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SubmissionError } from "../error/submission-errors.js";
import { findUnsettled, parseJournal, renderRecord, type BegunSubmission, type JournalRecord } from "./journal-record.js";

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

/** @param file - absolute, on a local disk; it is made if it is not there, its folder is not. */
export function openJournal(file: string): Journal {
  // One after the other: a record is never written into another.
  let last: Promise<unknown> = Promise.resolve();
  const append = (records: readonly JournalRecord[]): Promise<void> => {
    const written = last.then(() => appendSynced(file, records.map(renderRecord).join("")));
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
      return findUnsettled(parseJournal(await readFile(file, "utf8").catch(absentIsEmpty)));
    },
  };
}

function absentIsEmpty(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
  throw error;
}

/** Begins with a line break where a torn tail was left: it must not take the next record with it. */
async function appendSynced(file: string, lines: string): Promise<void> {
  const handle = await open(file, "a+", 0o600);
  try {
    const { size } = await handle.stat();
    const tail = size === 0 ? "\n" : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
    await handle.appendFile(tail === "\n" ? lines : `\n${lines}`);
    await handle.sync();
    if (size === 0) await syncFolder(dirname(file));
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
