import { lstat, opendir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { TransportError } from "@hpckit/core";
import { hasCode, localFault } from "./local-fault.js";

/**
 * Looks on this machine before anything is begun over there, for what no copy can be given its name beside or in place of. All that may yet
 * turn out well, or depends on whether a file or a folder comes, is found out later.
 */
export async function checkPlace(path: string): Promise<void> {
  const what = `write ${path}`;
  const folder = dirname(path);
  const around = await stat(folder).catch((cause: unknown) => {
    if (hasCode(cause, "ENOENT")) return undefined;
    throw localFault(what, cause);
  });
  if (around === undefined) throw new TransportError("file-not-found", `${what}: there is no folder ${folder} on this machine; make it first`);
  if (!around.isDirectory()) throw new TransportError("not-supported", `${what}: ${folder} on this machine is no folder`);
  if (await holdsSomething(path)) {
    throw new TransportError("file-exists", `${what}: a folder stands under this name, and holds something; give the whole name of the copy, e.g. of the file in it, or remove the folder first`);
  }
}

/** Of a folder that cannot be read nothing is said. */
async function holdsSomething(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return false;
  const folder = await opendir(path).catch(() => undefined);
  if (folder === undefined) return false;
  try {
    return (await folder.read()) !== null;
  } finally {
    await folder.close();
  }
}
