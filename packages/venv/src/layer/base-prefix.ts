import type { LocatedEnv } from "./locate-script.js";

/** What an image has of its own; nothing of the host's is mounted over it. */
const imageOwned = /^\/(?:usr(?:\/local)?)?$/;

/**
 * Folders of the host that the interpreter of an environment needs, where they can be mounted: the one that `pyvenv.cfg` names, and the one
 * behind its links. None where it is the machine's own.
 */
export function basesOf({ home, interpreter }: Pick<LocatedEnv, "home" | "interpreter">): readonly string[] {
  const programs = interpreter === undefined ? [home] : [home, parentOf(interpreter)];
  const bases = programs.map((folder) => (folder.endsWith("/bin") ? parentOf(folder) : folder)).filter((base) => !imageOwned.test(base));
  return [...new Set(bases)];
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
