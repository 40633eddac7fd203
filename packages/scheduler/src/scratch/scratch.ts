import { parseOptions, PathRefusedError } from "@hpckit/core";
import { z } from "zod";

/**
 * A folder for one job, to be removed when that has ended. Plain data: write it down where the sweep is to be done from,
 * as JSON for instance.
 */
export interface Scratch {
  /** The only place in which something may be removed, without symbolic links. */
  readonly root: string;
  /** `root/name` */
  readonly path: string;
  /** Random; the marker in the folder carries it. */
  readonly id: string;
  /** The folder's inode number. Decimal text, because it can be longer than a number holds. */
  readonly inode: string;
}

const scratchSchema: z.ZodType<Scratch> = z.strictObject({
  root: z.string(),
  path: z.string(),
  id: z.string().regex(/^[0-9a-f]{20}$/),
  inode: z.string().regex(/^\d{1,20}$/),
});

/** The file in a scratch folder that says whose it is. */
export const markerName = ".hpckit-scratch";

/** What the folder is called once its removal has begun. Only who knows the id can have made it. */
export const tombstoneName = (scratch: Scratch): string => `.hpckit-removed-${scratch.id}`;

export const nameOf = (scratch: Scratch): string => scratch.path.slice(scratch.root.length + 1);

/**
 * Checks a scratch that was read from somewhere.
 * @throws PathRefusedError if its folder is not one that a scratch can have; OptionsError if it is no scratch.
 */
export function checkScratch(input: Scratch): Scratch {
  const scratch = parseOptions(scratchSchema, input, "scratch");
  checkRoot(scratch.root);
  if (!scratch.path.startsWith(`${scratch.root}/`)) throw refused(scratch.path, `it is outside of its root ${JSON.stringify(scratch.root)}`);
  checkName(nameOf(scratch));
  return scratch;
}

/** @throws PathRefusedError unless it is absolute, has two components at least, and no `.` or `..`. */
export function checkRoot(root: string): void {
  const components = root.split("/").slice(1);
  if (!root.startsWith("/")) throw refused(root, "a root is an absolute path");
  if (!isText(root)) throw refused(root, "a path holds no NUL character and no half characters");
  if (components.some((each) => each === "" || each === "." || each === "..")) throw refused(root, 'a root has no "..", ".", "//" or "/" at its end');
  if (components.length < 2) throw refused(root, "a root has at least two components, as in /scratch/alice");
}

/** @throws PathRefusedError unless it is one component, and none that has a meaning to us. */
export function checkName(name: string): void {
  if (name === "" || name === "." || name === ".." || name.includes("/")) throw refused(name, "a name is one component of a path");
  if (!isText(name)) throw refused(name, "a name holds no NUL character and no half characters");
  if (name.startsWith(".hpckit-")) throw refused(name, "names that begin with .hpckit- are kept for clean-up itself");
  if (Buffer.byteLength(name) > 255) throw refused(name, "a name has at most 255 bytes");
}

const isText = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text);

export const refused = (path: string, reason: string): PathRefusedError =>
  new PathRefusedError(`${JSON.stringify(path)} is refused: ${reason}. Nothing was removed.`, { detail: { path, reason } });
