import { posix } from "node:path";
import { lines, OutputUnreadableError, sh, type ShellExpression } from "@hpckit/core";

/** Where in a file a reading begins: at a byte, or so much before its end. */
export type LogStart = { readonly offset: number } | { readonly lastBytes: number } | { readonly lastLines: number };

export interface LogRequest {
  readonly file: string;
  readonly start: LogStart;
}

/** What one reading of a file gave. */
export type LogReading =
  | { readonly kind: "read"; readonly sizeBytes: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: "absent" }
  /** It is there, and this account may not read it. */
  | { readonly kind: "unreadable" };

/** Bytes that one reading of all files together gives at most. */
export const readingBytes = 4 * 1024 * 1024;
/** Bytes that it gives of one file at most. */
export const chunkBytes = 1024 * 1024;

/** Prints, of each file, a line with a token that nobody could have guessed, and what stands in it. POSIX. */
export function renderReadLogs(requests: readonly LogRequest[], token: string): ShellExpression {
  const most = Math.min(chunkBytes, Math.floor(readingBytes / Math.max(1, requests.length)));
  return lines(...requests.map(({ file, start }) => renderRead(file, start, token, most)));
}

function renderRead(file: string, start: LogStart, token: string, most: number): ShellExpression {
  // Listing the folder makes a network file system look again for a name that it remembers as missing.
  return lines(
    sh`[ -e ${file} ] || ls -- ${posix.dirname(file)} > /dev/null 2>&1
if [ ! -e ${file} ]; then printf '%s absent\n' ${token}
elif ! { size=$(wc -c < ${file}); } 2> /dev/null; then printf '%s unreadable\n' ${token}
else`,
    renderStart(file, start),
    sh`  [ "$from" -ge 0 ] || from=0
  printf '%s %d %d\n' ${token} "$size" "$from"
  tail -c +"$((from + 1))" -- ${file} | head -c ${most}
fi`,
  );
}

function renderStart(file: string, start: LogStart): ShellExpression {
  if ("offset" in start) return sh`  from=${start.offset}`;
  if ("lastBytes" in start) return sh`  from=$((size - ${start.lastBytes}))`;
  return sh`  from=$((size - $(tail -n ${start.lastLines} -- ${file} | wc -c)))`;
}

/** Reads what {@link renderReadLogs} printed. @throws OutputUnreadableError */
export function parseReadLogs(stdout: Uint8Array, token: string, count: number): readonly LogReading[] {
  const buffer = Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength);
  const readings: LogReading[] = [];
  for (let at = buffer.indexOf(token); at !== -1; ) {
    const lineEnd = buffer.indexOf(10, at);
    const next = buffer.indexOf(token, at + token.length);
    const head = lineEnd === -1 ? "" : buffer.toString("latin1", at + token.length + 1, lineEnd);
    readings.push(readHead(head, () => new Uint8Array(buffer.subarray(lineEnd + 1, next === -1 ? buffer.length : next))));
    at = next;
  }
  if (readings.length !== count) throw new OutputUnreadableError("log", `${readings.length} readings of ${count}`, buffer.toString("utf8", 0, 200));
  return readings;
}

function readHead(head: string, bytes: () => Uint8Array): LogReading {
  if (head === "absent" || head === "unreadable") return { kind: head };
  const [, size, from] = /^(\d+) (\d+)$/.exec(head) ?? [];
  if (size === undefined || from === undefined) throw new OutputUnreadableError("log", "no size", head);
  return { kind: "read", sizeBytes: Number(size), offset: Number(from), bytes: bytes() };
}
