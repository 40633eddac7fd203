import { OutputUnreadableError } from "@hpckit/core";
import { bell } from "./bell.js";
import type { BlockPool } from "./block-pool.js";
import { blockBytes, type Block } from "./blocks.js";
import type { Span } from "./spans.js";

/** Cuts what one lane sends into its first line, the blocks that were asked for, and what follows them. */
export interface SpanTaker {
  readonly onOutput: PieceTaker;
  /** Blocks in a row have been asked for; or something else of a known length, with who takes it. A newline ends each. */
  expect(span: Span, take?: (answer: Uint8Array) => void): void;
  /** Resolves when more may be asked for. */
  room(): Promise<void>;
  /** What came after the last block. */
  readonly rest: string;
}

export type PieceTaker = (piece: Buffer) => void | Promise<void>;

export interface SpanTakerOptions {
  /** Resolves to who takes all that follows, if those are no blocks. */
  readonly onLine: (line: string) => Promise<PieceTaker | undefined>;
  readonly onReceived: (bytes: number) => void;
  /** Of whom each block has its memory. */
  readonly pool: BlockPool;
  readonly onBlock: (block: Block) => void;
}

/** So many are asked for before the first has come: the wire is never idle. */
const askedAhead = 2;
const longestLine = 200;

export function takeSpans({ pool, onLine, onReceived, onBlock }: SpanTakerOptions): SpanTaker {
  const changes = bell();
  const expected: (Span & { readonly take?: ((answer: Uint8Array) => void) | undefined })[] = [];
  let line: string | undefined;
  let text = "";
  /** Of the first that is expected: so much has come, and which block is being filled. */
  let filled = 0;
  let block: { readonly bytes: Buffer; readonly begin: number } | undefined;

  let takePiece: PieceTaker = takeBlocks;

  function onOutput(piece: Buffer): void | Promise<void> {
    if (line !== undefined) return takePiece(piece);
    const end = piece.indexOf("\n");
    addText(end === -1 ? piece : piece.subarray(0, end));
    if (end === -1) return undefined;
    line = text;
    text = "";
    return onLine(line).then((other = takeBlocks) => {
      takePiece = other;
      return takePiece(piece.subarray(end + 1));
    });
  }

  function takeBlocks(piece: Buffer): void {
    let left = piece;
    for (let span = expected[0]; span !== undefined && left.length > 0; span = expected[0]) {
      if (filled === span.length) {
        left = withoutNewline(left);
        expected.shift();
        filled = 0;
        changes.ring();
        continue;
      }
      block ??= { bytes: span.take === undefined ? pool.take(Math.min(blockBytes, span.length - filled)) : Buffer.allocUnsafe(span.length), begin: filled };
      const { bytes, begin } = block;
      const part = left.subarray(0, begin + bytes.length - filled);
      left = left.subarray(part.length);
      bytes.set(part, filled - begin);
      filled += part.length;
      if (span.take === undefined) onReceived(part.length);
      if (filled < begin + bytes.length) continue;
      block = undefined;
      if (span.take === undefined) onBlock({ offset: span.offset + begin, bytes });
      else span.take(bytes);
    }
    addText(left);
  }

  function addText(piece: Buffer): void {
    if (piece.length === 0) return;
    text += piece.toString("latin1");
    if (text.length > longestLine) throw new OutputUnreadableError("download", "more bytes than were asked for", text);
  }

  return {
    onOutput,
    expect: (span, take) => void expected.push({ ...span, take }),
    async room() {
      while (expected.length >= askedAhead) await changes.heard();
    },
    get rest() {
      return text;
    },
  };
}

const newline = 0x0a;

function withoutNewline(piece: Buffer): Buffer {
  if (piece[0] !== newline) throw new OutputUnreadableError("download", "a block that does not end where it should", piece.toString("latin1", 0, longestLine));
  return piece.subarray(1);
}
