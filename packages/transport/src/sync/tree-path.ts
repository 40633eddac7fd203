import type { Octets } from "../guard/octets.js";

/** The folder of a path relative to a root; the root itself is empty. */
export const parentOf = (path: Octets): Octets => path.slice(0, Math.max(0, path.lastIndexOf("/")));

export const nameOf = (path: Octets): Octets => path.slice(path.lastIndexOf("/") + 1);

/** All folders above a path, from the nearest on; not the root. */
export function ancestorsOf(path: Octets): readonly Octets[] {
  const above: Octets[] = [];
  for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) above.push(folder);
  return above;
}

export const depthOf = (path: Octets): number => (path === "" ? 0 : path.split("/").length);
