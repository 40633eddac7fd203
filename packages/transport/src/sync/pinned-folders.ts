import { constants } from "node:fs";
import { lstat, open, type FileHandle } from "node:fs/promises";
import { PathRefusedError } from "@hpckit/core";
import { pathOfHandle } from "../copy/own-folder.js";
import { fromOctets, octets, type Octets } from "../guard/octets.js";

/** Enters the folders below a root so that no link, however late it is put there, leads out of it. */
export interface PinnedFolders extends AsyncDisposable {
  /** @param folder - relative to the root. `act` gets a path of the folder that stays good whatever is renamed meanwhile. */
  enter<Value>(folder: Octets, act: (path: Buffer) => Promise<Value>): Promise<Value>;
}

const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * On Linux each folder is opened from the one above it, and named by its descriptor (proc(5), `/proc/pid/fd`). Elsewhere the folders are
 * looked at right before, as Node has no openat(2).
 */
export async function pinFolders(root: string): Promise<PinnedFolders> {
  const top = await open(root, constants.O_RDONLY | constants.O_DIRECTORY);
  return {
    enter: (folder, act) => (process.platform === "linux" ? walk(top, folder, act) : look(root, folder, act)),
    [Symbol.asyncDispose]: () => top.close(),
  };
}

async function walk<Value>(top: FileHandle, folder: Octets, act: (path: Buffer) => Promise<Value>): Promise<Value> {
  let at = top;
  try {
    for (const name of namesOf(folder)) {
      const below = await open(fromOctets(`${pathOfHandle(at, "")}/${name}`), flags).catch((cause: unknown) => {
        throw astray(folder, cause);
      });
      if (at !== top) await at.close();
      at = below;
    }
    return await act(Buffer.from(pathOfHandle(at, "")));
  } finally {
    if (at !== top) await at.close();
  }
}

async function look<Value>(root: string, folder: Octets, act: (path: Buffer) => Promise<Value>): Promise<Value> {
  let path = octets(root);
  for (const name of namesOf(folder)) {
    path = `${path}/${name}`;
    if (!(await lstat(fromOctets(path))).isDirectory()) throw astray(folder, undefined);
  }
  return await act(fromOctets(path));
}

const namesOf = (folder: Octets): readonly Octets[] => (folder === "" ? [] : folder.split("/"));

/** A link is told by `ELOOP` or `ENOTDIR`; what has vanished, or is closed, is an ordinary fault. */
function astray(folder: Octets, cause: unknown): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code !== undefined && code !== "ELOOP" && code !== "ENOTDIR") return cause;
  return new PathRefusedError(`sync: ${fromOctets(folder).toString("utf8")} is a folder no more; nothing outside was touched`, { cause });
}
