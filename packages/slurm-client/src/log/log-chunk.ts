import { OutputUnreadableError, sh, type ShellExpression } from "@hpckit/core";

/** What one reading of a log gave. */
export interface LogChunk {
  /** Size of the file when it was read; undefined while it does not exist. */
  readonly sizeBytes: number | undefined;
  readonly bytes: Uint8Array;
}

/** Bytes that one reading gives at most. */
export const chunkBytes = 1024 * 1024;

/** Prints the size of a file, and what stands in it from an offset on. */
export function renderReadLog(file: string, offset: number): ShellExpression {
  return sh`
    [ -e ${file} ] || { echo absent; exit 0; }
    wc -c < ${file} || exit
    tail -c +${offset + 1} -- ${file} | head -c ${chunkBytes}
  `;
}

/** Reads what {@link renderReadLog} printed. @throws OutputUnreadableError */
export function parseLogChunk(stdout: Uint8Array): LogChunk {
  const end = stdout.indexOf(10);
  const head = new TextDecoder().decode(stdout.subarray(0, Math.max(0, end))).trim();
  if (end === -1 || !/^(?:absent|\d+)$/.test(head)) throw new OutputUnreadableError("log", "no size", new TextDecoder().decode(stdout.subarray(0, 200)));
  if (head === "absent") return { sizeBytes: undefined, bytes: new Uint8Array() };
  return { sizeBytes: Number(head), bytes: stdout.slice(end + 1) };
}
