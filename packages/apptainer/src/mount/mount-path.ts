import { PathRefusedError } from "@hpckit/core";

/**
 * One spelling for each path of a mount, so that duplicates are found: without repeated, trailing and `.` parts.
 *
 * @throws PathRefusedError for a path that would not arrive byte for byte, or that means another place than it says.
 * @see Go's encoding/csv, which reads `\r\n` inside of a quoted field as `\n`.
 */
export function mountPath(path: string): string {
  const shown = JSON.stringify(path);
  if (!path.startsWith("/")) throw new PathRefusedError(`${shown} cannot be mounted: it is not an absolute path`);
  if (/\0|\r\n/.test(path)) throw new PathRefusedError(`${shown} cannot be mounted: Apptainer would not read its line break or NUL as it is; rename it`);
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw new PathRefusedError(`${shown} cannot be mounted: what ".." means depends on links; write the path without it`);
  return `/${parts.join("/")}`;
}

/** Whether an absolute path is a folder or lies in it. */
export const isUnder = (path: string, folder: string): boolean => folder === "/" || mountPath(path) === mountPath(folder) || mountPath(path).startsWith(`${mountPath(folder)}/`);
