import { listContentFolders, OutputUnreadableError, requireTransport, sh, type Cancellable, type ContentFolderEntry, type ShellExpression, type Transport } from "@hpckit/core";
import { parseSifHeader } from "../image/sif-header.js";
import { parseRecord, storedSif, type ImageRecord, type StoredSif } from "./image-record.js";
import { requireStore, type ImageStore } from "./image-store.js";

/** An image as it is found in its store. What is unfinished, or was damaged, has no record. */
export interface StoredImage extends ContentFolderEntry {
  readonly image: StoredSif;
  readonly record: ImageRecord | undefined;
}

/**
 * Lists what is in a store; nothing if there is no such folder. To remove what is not used, hand its root to core's `planPrune` and
 * `applyPrune`.
 */
export async function listImages(store: ImageStore, on: Transport, options: Cancellable = {}): Promise<readonly StoredImage[]> {
  requireStore(store, "listImages");
  requireTransport(on, "listImages");
  const { root } = store;
  const entries = await listContentFolders(on, root, options);
  const { stdout } = await on.exec(["sh", "-c", printRecords(root).shell], { ...options, check: true });
  const records = new Map(stdout.split("\n").filter((line) => line !== "").map(parseLine));
  return entries.map((entry) => ({ ...entry, image: storedSif(entry.folder), record: records.get(entry.folder.slice(root.length + 1)) }));
}

const printRecords = (root: string): ShellExpression => sh`
  cd -- ${root} 2>/dev/null || exit 0
  for hpckit_record in */.hpckit/image; do
    if [ -r "$hpckit_record" ] && [ ! -L "\${hpckit_record%%/*}" ]; then printf '%s %s\n' "\${hpckit_record%%/*}" "$(cat -- "$hpckit_record")"; fi
  done
`;

function parseLine(line: string): [string, ImageRecord | undefined] {
  const [, name, text = ""] = /^(\S+) (.*)$/.exec(line) ?? [];
  if (name === undefined) throw new OutputUnreadableError("list of images", "a line that is no record", line);
  const written = parseRecord(text);
  if (written === undefined) return [name, undefined];
  const { header, ...record } = written;
  return [name, { ...record, architecture: parseSifHeader(header) ?? "unknown" }];
}
