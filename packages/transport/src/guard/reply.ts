/** What the guard says between the bytes of the command, on one of its two outputs. */
export interface Reply {
  /** Takes bytes as they arrive and gives what they hold, in order. */
  push(chunk: Buffer): readonly ReplyPiece[];
  /** What arrived before the guard's first word: a banner, a login script's output. The last 16 KiB of it. */
  readonly noise: Buffer;
  /** The process group of the command, once it runs. */
  readonly group: number | undefined;
  readonly refused: string | undefined;
  /** How the command ended, as awk wrote it. Nothing follows. */
  readonly end: string | undefined;
  /** Whether the last bytes that arrived are kept back because the guard's word may begin with them. */
  readonly isHolding: () => boolean;
  /** Gives what is kept back all the same, because nothing has followed it for long. */
  release(): readonly ReplyPiece[];
  /** Whether what was released was the beginning of a word: then the bytes that were given are not the command's. */
  readonly isTorn: boolean;
}

/** Bytes that are a command's own, or, in a batch, the place where one command ended, with how it did, as awk wrote it. */
export type ReplyPiece = { readonly bytes: Buffer } | { readonly next: string };

const noiseKept = 16 * 1024;
const longestLine = 64;

/** @param token - unguessable, so that no output of a command can pass for the guard's word. */
export function replyReader(token: string): Reply {
  const mark = Buffer.from(`${token} `);
  let held: Buffer = Buffer.alloc(0);
  /** So many of what is held were released. */
  let given = 0;
  let begun = false;
  const isHolding = (): boolean => begun && held.length > given && held.length < mark.length;
  const reply: { -readonly [Key in keyof Reply]: Reply[Key] } = { push, noise: Buffer.alloc(0), group: undefined, refused: undefined, end: undefined, isHolding, release, isTorn: false };
  return reply;

  function release(): readonly ReplyPiece[] {
    if (!isHolding()) return [];
    const bytes = held.subarray(given);
    given = held.length;
    return [{ bytes }];
  }

  function push(chunk: Buffer): readonly ReplyPiece[] {
    if (reply.end !== undefined) return [];
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const pieces: ReplyPiece[] = [];
    for (;;) {
      const at = held.indexOf(mark);
      const lineEnd = at === -1 ? -1 : held.indexOf("\n", at + mark.length);
      const safe = at === -1 ? held.length - partialMark(held, mark) : at;
      if (at !== -1 && at < given) reply.isTorn = true;
      accept(held.subarray(Math.min(given, safe), safe), pieces);
      held = held.subarray(safe);
      given = Math.max(0, given - safe);
      // The line may still be on its way.
      if (lineEnd === -1) break;
      const isLast = say(held.subarray(mark.length, lineEnd - at).toString("latin1"), pieces);
      held = held.subarray(lineEnd - at + 1);
      given = 0;
      if (isLast) break;
    }
    return pieces;
  }

  function accept(bytes: Buffer, pieces: ReplyPiece[]): void {
    if (bytes.length === 0) return;
    if (begun) pieces.push({ bytes });
    else reply.noise = Buffer.concat([reply.noise, bytes]).subarray(-noiseKept);
  }

  /** Returns whether nothing follows. */
  function say(line: string, pieces: ReplyPiece[]): boolean {
    const [word, value = ""] = line.slice(0, longestLine).split(" ");
    if (word === "start") {
      begun = true;
      reply.group = Number(value);
    } else if (word === "next") pieces.push({ next: value });
    else if (word === "refused") reply.refused = value;
    else if (word === "end") reply.end = value;
    return word === "end";
  }
}

/** How many of the last bytes may be the beginning of the mark. */
function partialMark(bytes: Buffer, mark: Buffer): number {
  const first = mark[0];
  for (let at = Math.max(0, bytes.length - mark.length + 1); at < bytes.length; at++) {
    // Every chunk of a transfer comes through here: nothing is made for a byte that cannot begin it.
    if (bytes[at] === first && bytes.subarray(at).equals(mark.subarray(0, bytes.length - at))) return bytes.length - at;
  }
  return 0;
}
