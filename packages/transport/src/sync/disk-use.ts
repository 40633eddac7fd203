import { lstatSync } from "node:fs";
import type { Transport } from "@hpckit/core";
import { allocatedBytes } from "../copy/walk-tree.js";
import { fileFault } from "../file/file-fault.js";
import { fromOctets, octets } from "../guard/octets.js";
import { runOnPaths } from "../tree/run-on-paths.js";
import type { TravellingStep } from "./judge-steps.js";

/** What the files that travel take on the disk here: holes in them take nothing. */
export function diskUseHere(root: string, steps: readonly TravellingStep[]): number {
  const top = octets(root);
  return steps.reduce((sum, { path }) => {
    const stats = lstatSync(fromOctets(`${top}/${octets(path)}`), { throwIfNoEntry: false });
    return sum + (stats === undefined ? 0 : allocatedBytes(stats));
  }, 0);
}

const script = String.raw`find "$@" -prune -printf '%s %b\n' 2>/dev/null; :`;

/** The same over there. One round trip. */
export async function diskUseThere(transport: Transport, root: string, steps: readonly TravellingStep[], signal: AbortSignal | undefined): Promise<number> {
  const { ok, stdout, stderr } = await runOnPaths(transport, root, steps, ["sh", "-c", script, "sh"], { signal });
  if (!ok) throw fileFault(`sync ${root}`, transport.target.host, stderr);
  return stdout.split("\n").reduce((sum, line) => {
    const [size = 0, blocks = 0] = line.split(" ").map(Number);
    return sum + allocatedBytes({ size, blocks });
  }, 0);
}
