import { execa } from "execa";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureDebianPackages, findDebianMirror } from "../../../system/src/index.js";
import { cacheFolder } from "../host/folders.js";
import { withFileLock } from "../host/file-lock.js";
import type { Step } from "../progress.js";
import { rootFolderName, type RootSpec } from "./root-spec.js";

/**
 * The path of a root file system, built now if the cache does not have it.
 *
 * Guarantees: a path that is returned was completed. A build happens in a `.part` folder that only a rename makes
 * trusted, and under a lock, so that a second process waits and then finds it.
 */
export async function ensureRoot(spec: RootSpec, step: Step, signal?: AbortSignal): Promise<string> {
  const roots = join(cacheFolder(), "roots");
  const path = join(roots, rootFolderName(spec));
  if (await exists(path)) return path;

  const build = async () => {
    if (await exists(path)) return;
    const part = `${path}.part`;
    // Left by a build that was killed; its mounts ended with its mount namespace.
    await rm(part, { recursive: true, force: true });
    try {
      await buildRoot(spec, part, signal);
      await rename(part, path);
    } catch (error) {
      await rm(part, { recursive: true, force: true });
      throw error;
    }
  };
  await step(`building the root ${spec.name} (Debian ${spec.suite})`, async () => withFileLock(`${path}.lock`, build, signal));
  return path;
}

async function buildRoot(spec: RootSpec, part: string, signal: AbortSignal | undefined): Promise<void> {
  // mmdebstrap rather than debootstrap: apt resolves the dependencies, which debootstrap cannot on sid, in one pass.
  await ensureDebianPackages(["mmdebstrap", "debian-archive-keyring"], signal ? { signal } : {});
  const mirror = await findDebianMirror();
  await mkdir(join(part, ".."), { recursive: true });
  const prepare = `${part}.prepare`;
  try {
    await writeFile(prepare, spec.prepare);
    const argv = [
      // Builds end with this process even where it is killed, or one that nobody knows of would write on.
      ...["--pdeathsig=KILL", "unshare"],
      // Its own process and mount namespaces: killing the first process ends every other and every mount.
      ...["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"],
      ...["mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory"],
      // Mirrors that lag behind are good enough here; signatures are checked all the same.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      "--aptopt=Acquire::Retries 3",
      "--dpkgopt=force-unsafe-io",
      ...["man", "doc", "info", "locale"].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
      `--include=${spec.packages.join(",")}`,
      `--customize-hook=chroot "$1" sh -e < "$1.prepare"`,
      ...[spec.suite, part, mirror],
    ];
    const result = await execa("setpriv", argv, {
      all: true,
      reject: false,
      stdin: "ignore",
      forceKillAfterDelay: false,
      killSignal: "SIGKILL",
      ...(signal && { cancelSignal: signal }),
    });
    signal?.throwIfAborted();
    if (result.failed) throw new Error(`building the root ${spec.name} failed:\n${result.all.slice(-3000)}`);
    await makeCopyable(part);
  } finally {
    await rm(prepare, { force: true });
  }
}

/** An ordinary user who copies the root, as for an image, can neither make devices nor enter apt's private folders. */
async function makeCopyable(root: string): Promise<void> {
  // Whoever uses the root mounts devices of his own.
  await rm(join(root, "dev"), { recursive: true });
  await mkdir(join(root, "dev"));
  for (const folder of ["var/lib/apt/lists/partial", "var/cache/apt/archives/partial"]) {
    await rm(join(root, folder), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
