import { lines, OutputUnreadableError, sh, type ShellExpression } from "@hpckit/core";

/** Where in a file a reading begins: at a byte, or so much before its end. */
export type LogStart = { readonly offset: number } | { readonly lastBytes: number } | { readonly lastLines: number };

export interface LogRequest {
  readonly file: string;
  readonly start: LogStart;
  /** Of the file that was read before, as a number: it is read on also when it has another name in its folder by now. */
  readonly inode?: string | undefined;
  /** A part of the file to be compared with what was read of it before. */
  readonly compare?: ByteRange | undefined;
}

/** Bytes of a file; `to` is no longer one of them. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** What one reading of a file gave. */
export type LogReading =
  | {
      readonly kind: "read";
      /** Of the file that was read; undefined where it is not known. */
      readonly inode: string | undefined;
      /** Whether that file has another name by now, and another one has its own, with something in it. */
      readonly isReplaced: boolean;
      readonly sizeBytes: number;
      /** Where `bytes` begin. */
      readonly offset: number;
      /** With what the file begins. */
      readonly head: Uint8Array;
      readonly bytes: Uint8Array;
      /** SHA-256 of the part that is to be compared, in hex. */
      readonly digest: string | undefined;
    }
  | { readonly kind: "absent" }
  /** It is there, and this user may not read it. */
  | { readonly kind: "unreadable" };

/** Bytes that one reading of all files together gives at most. */
export const readingBytes = 4 * 1024 * 1024;
/** Bytes that it gives of one file at most. */
export const chunkBytes = 1024 * 1024;
/** Bytes by whose beginning a file is known again. */
export const headBytes = 256;

/** Prints, of each file, lines with a token that nobody could have guessed, and what stands in it. POSIX, but for `head -c` and sha256sum. */
export function renderReadLogs(requests: readonly LogRequest[], token: string): ShellExpression {
  const most = Math.min(chunkBytes, Math.floor(readingBytes / Math.max(1, requests.length)));
  return lines(renderReader(token, most), ...requests.map((request) => sh`read_log ${wordsOf(request)}`));
}

const wordsOf = ({ file, start, inode = "", compare }: LogRequest): readonly string[] => [file, ...Object.entries(start).flat().map(String), inode, ...(compare === undefined ? [] : [String(compare.from + 1), String(compare.to - compare.from)])];

/**
 * Listing the folder makes a network file system look again for a name that it remembers as missing. A file that was renamed, as logrotate does it, is still
 * what the job writes to, until it opens its output anew. What is written after the size was taken is none of the last lines.
 */
const renderReader = (token: string, most: number): ShellExpression => sh`read_log() {
  [ -e "$1" ] || ls -- "\${1%/*}/" > /dev/null 2>&1
  inode=$(ls -diL -- "$1" 2> /dev/null)
  inode=\${inode#"\${inode%%[0-9]*}"}
  inode=\${inode%%[!0-9]*}
  file=$1 replaced=
  if [ -n "$4" ] && [ "$inode" != "$4" ]; then
    # With a name that begins with its own, as rotations name it: the number alone may be another file's by now.
    renamed=$(find "\${1%/*}/" -maxdepth 1 -type f -inum "$4" 2> /dev/null | head -n 1)
    case \${renamed##*/} in
      "\${1##*/}"*)
        [ ! -s "$1" ] || replaced=replaced
        file=$renamed inode=$4 ;;
    esac
  fi
  if [ -z "$inode" ]; then printf '%s absent\n' ${token}; return; fi
  if ! { size=$(wc -c < "$file"); } 2> /dev/null; then printf '%s unreadable\n' ${token}; return; fi
  case $2 in
    offset) from=$3 ;;
    lastBytes) from=$((size - $3)) ;;
    lastLines)
      last=$(tail -n "$3" -- "$file" | wc -c)
      [ "$(wc -c < "$file")" -eq "$size" ] || last=$(head -c "$size" -- "$file" | tail -n "$3" | wc -c)
      from=$((size - last)) ;;
  esac
  [ "$from" -ge 0 ] || from=0
  digest=; [ -z "\${6-}" ] || digest=$(tail -c +"$5" -- "$file" | head -c "$6" | sha256sum)
  printf '%s %d %d %s:%s %.64s\n' ${token} "$size" "$from" "$inode" "$replaced" "$digest"
  head -c ${headBytes} -- "$file"
  printf '%s from\n' ${token}
  tail -c +"$((from + 1))" -- "$file" | head -c ${most}
}`;

/** Reads what {@link renderReadLogs} printed. @throws OutputUnreadableError */
export function parseReadLogs(stdout: Uint8Array, token: string, count: number): readonly LogReading[] {
  const frames = splitFrames(Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength), token);
  const readings: LogReading[] = [];
  for (let at = 0; at < frames.length; at++) {
    const { title, bytes: head } = frames[at] ?? noFrame;
    if (title === "absent" || title === "unreadable") readings.push({ kind: title });
    else {
      const [, size, from, inode, replaced, digest] = /^(\d+) (\d+) (\d+)?:(replaced)? ([\da-f]{64})?$/.exec(title) ?? [];
      const body = frames[++at];
      if (size === undefined || from === undefined || body?.title !== "from") throw new OutputUnreadableError("log", "no size", title);
      // Renamed or cut short since its size was taken: the next reading tells which.
      if (head.length < Math.min(Number(size), headBytes)) readings.push({ kind: "absent" });
      else readings.push({ kind: "read", inode, isReplaced: replaced !== undefined, sizeBytes: Number(size), offset: Number(from), head, bytes: body.bytes, digest });
    }
  }
  if (readings.length !== count) throw new OutputUnreadableError("log", `${readings.length} readings of ${count}`, Buffer.from(stdout.subarray(0, 200)).toString());
  return readings;
}

/** What stands between two tokens: the rest of the line, and all behind it. */
interface Frame {
  readonly title: string;
  readonly bytes: Uint8Array;
}

const noFrame: Frame = { title: "", bytes: new Uint8Array() };

function splitFrames(printed: Buffer, token: string): readonly Frame[] {
  const frames: Frame[] = [];
  for (let at = printed.indexOf(token); at !== -1; ) {
    const lineEnd = printed.indexOf(10, at);
    const next = printed.indexOf(token, at + token.length);
    const end = next === -1 ? printed.length : next;
    frames.push(lineEnd === -1 ? noFrame : { title: printed.toString("latin1", at + token.length + 1, lineEnd), bytes: new Uint8Array(printed.subarray(lineEnd + 1, end)) });
    at = next;
  }
  return frames;
}
