import { randomBytes } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ensureDebianPackages } from "../../system/src/index.js";

/**
 * Makes a root file system of two megabytes with a shell in it.
 * @param word - in `/etc/word`, so that another one makes another image.
 * @param ballastBytes - that cannot be compressed, so that an image takes its time.
 */
export async function makeTinyRoot(folder: string, word: string, { ballastBytes = 0 }: { readonly ballastBytes?: number } = {}): Promise<void> {
  await ensureDebianPackages(["busybox-static"]);
  for (const each of ["bin", "etc", "proc", "sys", "dev", "tmp"]) await mkdir(join(folder, each), { recursive: true });
  await execa("cp", ["/bin/busybox", join(folder, "bin/busybox")]);
  for (const name of ["sh", "true", "cat", "env"]) await symlink("busybox", join(folder, "bin", name));
  await writeFile(join(folder, "etc/word"), `${word}\n`);
  if (ballastBytes > 0) await writeFile(join(folder, "etc/ballast"), randomBytes(ballastBytes));
}
