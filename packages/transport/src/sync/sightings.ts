import type { Transport } from "@hpckit/core";
import { fileFault } from "../file/file-fault.js";
import { fromOctets, octets, type Octets } from "../guard/octets.js";
import { parseTree, pathOf, treeFormat } from "../tree/parse-tree.js";
import type { TreeEntry } from "../tree/tree-snapshot.js";
import { runOnPaths } from "../tree/run-on-paths.js";
import type { Sighting } from "./judge-steps.js";
import type { SyncStep } from "./sync-plan.js";
import { lookAt } from "./snapshot-local-tree.js";

/** For `sh -c`, with the format as `$0`: what is not there is not told. */
export const sightScript = 'find "$@" -prune -printf "$0" 2>/dev/null; :';
export const sightFormat = treeFormat.replace("%P", "%p");

/** @param output - of {@link sightScript}. */
export function parseSighting(output: Uint8Array): Sighting {
  return byKey(parseTree(output).map((entry) => ({ ...entry, path: pathOf(octets(entry.path).slice("./".length)) })));
}

/** Entries over there, as they are now. One round trip. */
export async function sightThere(transport: Transport, root: string, steps: readonly SyncStep[], signal: AbortSignal | undefined): Promise<Sighting> {
  if (steps.length === 0) return new Map();
  const { ok, stdoutBytes, stderr } = await runOnPaths(transport, root, steps, ["sh", "-c", sightScript, sightFormat], { maxOutputBytes: 1024 ** 3, signal });
  if (!ok) throw fileFault(`sync ${root}`, transport.target.host, stderr);
  return parseSighting(stdoutBytes);
}

/** Entries of this machine, as they are now. */
export function sightHere(root: string, steps: readonly SyncStep[]): Sighting {
  const top = octets(root);
  return byKey(steps.flatMap(({ path }) => lookAt(fromOctets(`${top}/${octets(path)}`), octets(path)) ?? []));
}

export const byKey = (entries: readonly TreeEntry[]): ReadonlyMap<Octets, TreeEntry> => new Map(entries.map((entry) => [octets(entry.path), entry]));
