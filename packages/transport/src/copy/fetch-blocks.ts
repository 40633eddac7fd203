import { TransportError } from "@hpckit/core";
import { bell } from "./bell.js";
import { sha256 } from "./block-digests.js";
import { blockPool } from "./block-pool.js";
import { blockBytes, type Block } from "./blocks.js";
import { helperLanes, type Lanes } from "./helper-lanes.js";
import { takeSpans, type PieceTaker, type SpanTaker } from "./span-taker.js";
import { parseServedHeader, type ServedFile, type ServedFolder } from "./served-header.js";
import { createSpans, type Span, type Spans } from "./spans.js";
import type { Witness } from "./verification.js";

/** Where a file goes on this side. */
export interface Arrival {
  /** Knows everything that has come. */
  readonly witness: Witness;
  /** Takes in one block; they come in any order. */
  readonly write: (block: Block) => Promise<void>;
  /** What stands in the place of a block already, if anything does; taken for the block where the digest over there is the same. */
  readonly read?: ((span: Span) => Promise<Uint8Array | undefined>) | undefined;
}

export interface FetchOptions {
  /** A file has been opened over there; its blocks come after this has resolved. */
  readonly beginFile: (file: ServedFile) => Promise<Arrival>;
  /** What stands there is a folder: whoever this resolves to gets it as a tar archive. */
  readonly beginFolder: (folder: ServedFolder) => Promise<PieceTaker>;
  readonly onReceived: (bytes: number) => void;
  /** So much of a file was here already. */
  readonly onKept?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A lane that is fast does not wait for a program to start over there for each of them: that took a fifth of the time. */
const blocksInARow = 4;

/** What sha256sum(1) says of its input, in a line. */
const said = (digest: string): string => `${digest}  -`;
const saidLength = said("0".repeat(64)).length;

/** Fetches a file in blocks, over as many lanes as its size is worth, or a folder as it comes; of that resolves to `undefined`. */
export async function fetchBlocks({ beginFile, beginFolder, onReceived, onKept, signal }: FetchOptions, { owner, helper }: Lanes): Promise<Arrival | undefined> {
  const changes = bell();
  const pool = blockPool();
  let opened: { readonly identity: string; readonly sizeBytes: number; readonly spans: Spans; readonly arrival: Arrival } | "folder" | undefined;

  const file = (): Exclude<typeof opened, "folder" | undefined> => {
    if (opened === undefined || opened === "folder") throw new Error("no file is open");
    return opened;
  };
  // No lane waits for the disk: what is under way is as much as was asked for.
  function onBlock(block: Block): void {
    const { arrival, spans } = file();
    arrival.write(block).then(() => spans.came(block), spans.fail);
  }
  const mine = takeSpans({ pool, onLine: open, onReceived: count, onBlock });
  const helpers = helperLanes(() => {
    const taker = takeSpans({ pool, onLine: sameFile, onReceived: count, onBlock });
    return { input: ask(taker), onOutput: taker.onOutput };
    // All others would wait for its blocks for ever.
  }, helper, (error) => file().spans.fail(error));

  function count(bytes: number): void {
    helpers.moved(bytes);
    onReceived(bytes);
  }

  async function open(line: string): Promise<PieceTaker | undefined> {
    const served = parseServedHeader(line);
    let unpack: PieceTaker | undefined;
    if (served.kind === "folder") unpack = await openFolder(served);
    else await openFile(served);
    changes.ring();
    return unpack;
  }

  async function openFolder(folder: ServedFolder): Promise<PieceTaker> {
    const unpack = await beginFolder(folder);
    opened = "folder";
    return (piece) => {
      onReceived(piece.length);
      return unpack(piece);
    };
  }

  async function openFile(served: ServedFile): Promise<void> {
    const { identity, sizeBytes } = served;
    const arrival = await beginFile(served);
    const spans = createSpans(sizeBytes, (block) => {
      arrival.witness.see(block);
      pool.give(block.bytes);
    });
    opened = { identity, sizeBytes, arrival, spans };
    // What fits into one block follows unasked.
    helpers.allow(sizeBytes);
    if (sizeBytes > 0 && sizeBytes <= blockBytes) mine.expect({ offset: 0, length: sizeBytes });
  }

  async function sameFile(line: string): Promise<undefined> {
    await Promise.resolve();
    const served = parseServedHeader(line);
    if (served.kind !== "file" || served.identity !== file().identity) throw new TransportError("digest-mismatch", "it was replaced by another file while it was read");
  }

  async function* ask(taker: SpanTaker): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      await taker.room();
      const { arrival, spans } = file();
      const span = await spans.next(helpers.areNeedless && arrival.read === undefined ? blocksInARow : 1);
      if (span === undefined) break;
      const kept = span.isNeeded === true ? undefined : await arrival.read?.(span);
      if (kept === undefined) taker.expect(span);
      else compare(taker, span, kept);
      yield Buffer.from(`${span.offset} ${span.length}${kept === undefined ? "" : " digest"}\n`);
    }
    helpers.enough();
    yield Buffer.from("0 0\n");
  }

  function compare(taker: SpanTaker, span: Span, bytes: Uint8Array): void {
    const { spans } = file();
    const digest = sha256(bytes);
    spans.doubt(span);
    taker.expect({ offset: span.offset, length: saidLength }, (answer) => {
      if (Buffer.from(answer).toString("latin1") !== said(digest)) {
        spans.again(span);
        return;
      }
      onKept?.(bytes.length);
      spans.came({ offset: span.offset, bytes });
    });
  }

  async function* own(): AsyncGenerator<Uint8Array, void> {
    while (opened === undefined) await changes.heard();
    if (opened === "folder" || opened.sizeBytes <= blockBytes) return;
    yield* ask(mine);
    await helpers.done();
    await opened.spans.all();
    yield Buffer.from(`${opened.arrival.witness.line}\n`);
  }

  try {
    await owner({ input: own(), onOutput: mine.onOutput });
  } catch (error) {
    await helpers.stop(signal?.aborted === true ? signal.reason : error);
    throw error;
  }
  if (opened === "folder") return undefined;
  const { arrival, sizeBytes, spans } = file();
  await spans.all();
  const digest = sizeBytes <= blockBytes ? `${said(arrival.witness.sha256)}\n` : "";
  if (mine.rest !== digest) throw new TransportError("digest-mismatch", "other bytes arrived than were sent");
  return arrival;
}
