import { OutputUnreadableError, type RemotePath } from "@hpckit/core";
import { parseTree, pathOf } from "../tree/parse-tree.js";
import type { Sighting } from "./judge-steps.js";
import { byKey, parseSighting } from "./sightings.js";

/** What the receiving script says, see `receive-changes.ts`. */
export interface ReportReader {
  push(piece: Buffer): void;
  /** Resolves when both lists have come. */
  readonly report: Promise<{ readonly staged: Sighting; readonly targets: Sighting }>;
  /** At the end: folders that could not be removed, as they hold something. */
  left(): readonly RemotePath[];
}

export function reportReader(): ReportReader {
  let pieces: Buffer[] = [];
  let size = 0;
  /** Where the lists begin and end in what has come, once their sizes are known. */
  let ends: { readonly header: number; readonly staged: number; readonly targets: number } | undefined;
  let isTold = false;
  const { promise, resolve, reject } = withResolvers<Awaited<ReportReader["report"]>>();

  const whole = (): Buffer => {
    pieces = [Buffer.concat(pieces)];
    return pieces[0] ?? Buffer.alloc(0);
  };
  function readHeader(): void {
    const end = whole().indexOf("\n");
    if (end === -1) return;
    const line = whole().toString("latin1", 0, end);
    const sizes = /^(\d+) (\d+)$/.exec(line);
    if (sizes === null) throw new OutputUnreadableError("sync", "a report of another form", line);
    const [staged, targets] = [Number(sizes[1]), Number(sizes[2])];
    ends = { header: end + 1, staged: end + 1 + staged, targets: end + 1 + staged + targets };
  }
  function tell(): void {
    if (ends === undefined || size < ends.targets) return;
    isTold = true;
    const lists = whole();
    resolve({ staged: byKey(parseTree(lists.subarray(ends.header, ends.staged))), targets: parseSighting(lists.subarray(ends.staged, ends.targets)) });
  }
  return {
    push(piece) {
      pieces.push(piece);
      size += piece.length;
      if (isTold) return;
      try {
        if (ends === undefined) readHeader();
        tell();
      } catch (error) {
        reject(error as Error);
      }
    },
    report: promise,
    left() {
      const names = whole().subarray(ends?.targets).toString("latin1").split("\0");
      return names.slice(0, -1).map((name) => pathOf(name.replace(/^\//, "")));
    },
  };
}

function withResolvers<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void; readonly reject: (error: Error) => void } {
  let settle: { readonly resolve: (value: Value) => void; readonly reject: (error: Error) => void } | undefined;
  const promise = new Promise<Value>((resolve, reject) => (settle = { resolve, reject }));
  if (settle === undefined) throw new Error("a promise calls its executor at once");
  return { promise, ...settle };
}
