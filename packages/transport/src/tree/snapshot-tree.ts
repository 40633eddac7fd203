import { cancellableShape, OptionsError, OutputUnreadableError, parseOptions, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { cancellable } from "../cancellable.js";
import { partPattern } from "../copy/part-name.js";
import { fileFault } from "../file/file-fault.js";
import { octets, unfit } from "../guard/octets.js";
import { parseTree, statusChangedAtSeconds, treeFormat } from "./parse-tree.js";
import { compareTrees, type TreeChanges } from "./compare-trees.js";
import { noFolder, type TreeOperation } from "./no-folder.js";
import { runOnPaths } from "./run-on-paths.js";
import { snapshotSchema } from "./tree-schemas.js";
import type { TreeEntry, TreeSnapshot } from "./tree-snapshot.js";

/** What {@link snapshotTree} accepts. */
export interface SnapshotOptions extends Cancellable {
  /**
   * Of which files the bytes are read: `recent` (default) only of those that changed so shortly before that a change right after would
   * leave the same times; `all`, so that a file which was written again with the same bytes counts as unchanged.
   */
  readonly digests?: "recent" | "all" | undefined;
}

const schema: z.ZodType<SnapshotOptions> = z.strictObject({ digests: z.enum(["recent", "all"]).optional(), ...cancellableShape });
const earlierSnapshot = snapshotSchema();

/** Times of files stand still for some milliseconds (Linux), up to a second or two (NFS, Lustre). */
const standstillSeconds = 2;
/** Some ten million entries. */
const maxOutputBytes = 1024 ** 3;

/**
 * Takes down what stands below a folder, over any transport whose other side has GNU findutils. One round trip, or two where files must be read. What
 * hpckit itself is just writing aside is left out.
 * @throws TransportError e.g. `file-not-found`, `not-supported` for what is no folder, or `permission-denied` where a folder in it is closed: a part is never given as the whole.
 */
export async function snapshotTree(transport: Transport, root: string, options: SnapshotOptions = {}): Promise<TreeSnapshot> {
  const { digests = "recent", signal } = parseOptions(schema, options, "options of snapshotTree");
  const found = await findTree(transport, root, { operation: "snapshot", signal });
  const since = digests === "all" ? -Infinity : found.takenAtSeconds - standstillSeconds;
  return await withDigests(transport, found, (entry) => statusChangedAtSeconds(entry) >= since, signal);
}

/** What has changed below a folder since a snapshot, and the snapshot of now, from which the next difference can be taken. */
export interface CollectedChanges extends TreeChanges {
  /** The folder as it is now, to be compared with later. */
  readonly now: TreeSnapshot;
}

/**
 * Compares a folder with an earlier snapshot of it. Files whose digest the snapshot knows are read again where nothing else tells.
 * @throws OptionsError for what is no snapshot, e.g. from JSON that was not read by {@link parseTreeSnapshot}; TransportError as {@link snapshotTree}.
 */
export async function collectChanges(transport: Transport, before: TreeSnapshot, options: Cancellable = {}): Promise<CollectedChanges> {
  const { signal } = cancellable(options, "collectChanges");
  parseOptions(earlierSnapshot, before, "snapshot for collectChanges (snapshotTree takes one, parseTreeSnapshot reads one that was kept)");
  const found = await findTree(transport, before.root, { operation: "snapshot", signal });
  const known = new Map(before.entries.map((entry) => [octets(entry.path), entry]));
  const since = found.takenAtSeconds - standstillSeconds;
  const mustRead = (entry: TreeEntry): boolean => {
    const old = known.get(octets(entry.path));
    return statusChangedAtSeconds(entry) >= since || (old?.sha256 !== undefined && old.sizeBytes === entry.sizeBytes);
  };
  const now = await withDigests(transport, found, mustRead, signal);
  return { ...compareTrees(before, now), now };
}

export interface FindOptions extends Cancellable {
  readonly operation: TreeOperation;
}

/** What stands below a folder, with no file read. */
export async function findTree(transport: Transport, root: string, { operation, signal }: FindOptions): Promise<TreeSnapshot> {
  const reason = root === "" ? "is empty" : unfit(root);
  if (reason !== undefined) throw new OptionsError("folder", [{ path: "", message: `it ${reason}` }]);
  // A slash at its end follows a link at the top, as all other operations do.
  const folder = `${root.startsWith("/") ? "" : "./"}${root.replace(/\/+$/, "")}/`;
  const script = 'date +%s.%N && exec find "$1" -ignore_readdir_race -mindepth 1 -name "$3" -prune -o -mindepth 1 -printf "$2"';
  const { exitCode, stdoutBytes, stderr } = await transport.exec(["sh", "-c", script, "sh", folder, treeFormat, partPattern], { env: { LC_ALL: "C" }, maxOutputBytes, signal });
  if (exitCode !== 0 && isNoFolder(stderr)) throw noFolder(operation, root, `on ${transport.target.host}`);
  if (exitCode !== 0) throw fileFault(`${operation} ${root}`, transport.target.host, stderr);
  const lineEnd = stdoutBytes.indexOf(10);
  const takenAtSeconds = Number(new TextDecoder().decode(stdoutBytes.subarray(0, lineEnd)));
  return { root, takenAtSeconds, entries: parseTree(stdoutBytes.subarray(lineEnd + 1)) };
}

/** All that find says, about the one folder that it was given. */
const isNoFolder = (said: string): boolean => /^find: [^\n]*: Not a directory\n$/.test(said);

/** Reads the files that are asked for. Those that vanish meanwhile are left out. */
export async function withDigests(transport: Transport, snapshot: TreeSnapshot, isWanted: (entry: TreeEntry) => boolean, signal: AbortSignal | undefined): Promise<TreeSnapshot> {
  const wanted = snapshot.entries.filter((entry) => entry.kind === "file" && isWanted(entry));
  if (wanted.length === 0) return snapshot;
  const read = await runOnPaths(transport, snapshot.root, wanted, ["sha256sum", "-z", "--"], { maxOutputBytes, signal });
  const complaints = read.stderr.split("\n").filter((line) => line !== "" && !line.endsWith(": No such file or directory"));
  if (complaints.length > 0 || (!read.ok && read.stderr === "")) throw fileFault(`read the files in ${snapshot.root}`, transport.target.host, read.stderr);
  const digests = parseDigests(read.stdoutBytes);
  const gone = new Set(wanted.filter(({ path }) => !digests.has(octets(path))));
  const entries = snapshot.entries.filter((entry) => !gone.has(entry)).map((entry) => ({ ...entry, sha256: digests.get(octets(entry.path)) }));
  return { ...snapshot, entries };
}

/** @see sha256sum(1) of GNU coreutils, `--zero`: names as they are. */
function parseDigests(output: Uint8Array): ReadonlyMap<string, string> {
  const records = Buffer.from(output).toString("latin1").split("\0");
  if (records.pop() !== "") throw new OutputUnreadableError("sha256sum", "the output ends inside a line", "");
  return new Map(
    records.map((record) => {
      const fields = /^([0-9a-f]{64}) {2}\.\/([^]+)$/.exec(record);
      if (fields === null) throw new OutputUnreadableError("sha256sum", "a line of another form", record);
      return [fields[2] ?? "", fields[1] ?? ""];
    }),
  );
}
