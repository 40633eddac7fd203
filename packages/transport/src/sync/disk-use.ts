import { lstatSync } from "node:fs";
import type { Transport } from "@hpckit/core";
import { fileFault } from "../file/file-fault.js";
import { fromOctets, octets } from "../guard/octets.js";
import type { TravellingStep } from "./judge-steps.js";
import { pathList } from "./sightings.js";

/** What the files that travel take on the disk here: holes in them take nothing. */
export function diskUseHere(root: string, steps: readonly TravellingStep[]): number {
  const top = octets(root);
  return steps.reduce((sum, { path }) => {
    const stats = lstatSync(fromOctets(`${top}/${octets(path)}`), { throwIfNoEntry: false });
    return sum + Math.min(stats?.size ?? 0, (stats?.blocks ?? 0) * 512);
  }, 0);
}

const script = String.raw`find "$@" -prune -printf '%s %b\n' 2>/dev/null; :`;

/** The same over there. One round trip. */
export async function diskUseThere(transport: Transport, root: string, steps: readonly TravellingStep[], signal: AbortSignal | undefined): Promise<number> {
  const folder = root.startsWith("/") ? root : `./${root}`;
  const { ok, stdout, stderr } = await transport.exec(["xargs", "-0", "sh", "-c", script, "sh"], { cwd: folder, stdin: pathList(steps), env: { LC_ALL: "C" }, signal });
  if (!ok) throw fileFault(`sync ${root}`, transport.target.host, stderr);
  return stdout.split("\n").reduce((sum, line) => {
    const [size = 0, blocks = 0] = line.split(" ").map(Number);
    return sum + Math.min(size, blocks * 512);
  }, 0);
}
