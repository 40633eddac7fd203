import { constants } from "node:fs";
import { mkdir, open, readdir, type FileHandle } from "node:fs/promises";
import { resolve } from "node:path";
import { PathRefusedError } from "@hpckit/core";
import { runLocally } from "./run-locally.js";

/** A new folder of this machine that is closed to all others. */
export interface OwnFolder extends AsyncDisposable {
  /**
   * On Linux a path that leads to this folder whatever is put in its place meanwhile: who may write to the folder above it can rename it, and put
   * a link there that leads elsewhere.
   */
  readonly path: string;
  /** It has another name now, and stays. */
  keep(): void;
}

/**
 * Makes a folder in which things are written aside. What is not kept is removed.
 * @param what - for messages, e.g. `write /a/b`.
 */
export async function makeOwnFolder(name: string, what: string): Promise<OwnFolder> {
  await mkdir(name, { mode: 0o700 });
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const handle = await open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!(await isOurs(handle)) || (await readdir(pathOfHandle(handle, name))).length > 0) {
    await handle.close();
    throw new PathRefusedError(`${what}: ${name} was replaced as soon as it was made`);
  }
  let isKept = false;
  return {
    path: `${pathOfHandle(handle, name)}/.`,
    keep() {
      isKept = true;
    },
    async [Symbol.asyncDispose]() {
      await handle.close();
      if (!isKept) await removeTree(what, name);
    },
  };
}

/** Who root is on a file system that does not trust it (exports(5), `root_squash`). */
const nobody = 65_534;

/** File systems such as sshfs give owners of their own; there it is told by what only an owner may do. */
async function isOurs(folder: FileHandle): Promise<boolean> {
  const me = process.geteuid?.();
  const { uid } = await folder.stat();
  if (uid === me || uid === 0 || uid === nobody) return true;
  return me !== 0 && (await folder.chmod(0o700).then(() => true, () => false));
}

/** A path of what is open; elsewhere than on Linux (proc(5), `/proc/pid/fd`) its name. */
export const pathOfHandle = ({ fd }: FileHandle, name: string): string => (process.platform === "linux" ? `/proc/${process.pid}/fd/${fd}` : name);

/** Removes what stands under a name, with all that is in it, also in folders that are closed to their owner. No link is followed, however late it is put there. */
export async function removeTree(what: string, name: string): Promise<void> {
  const remove = (): Promise<void> => runLocally(what, "rm", ["-rf", ...(process.platform === "linux" ? ["--one-file-system"] : []), "--", name]);
  await remove().catch(async () => {
    await runLocally(what, "find", [resolve(name), "-type", "d", "!", "-perm", "-u=rwx", "-exec", "chmod", "u+rwx", "{}", ";"]);
    await remove();
  });
}
