import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

export async function writeTree(root: string): Promise<void> {
  await mkdir(join(root, "sub", "empty"), { recursive: true });
  for (let index = 0; index < 40; index++) await writeFile(join(root, "sub", `file ${index}`), Buffer.alloc(index * 1000, index));
  await symlink("sub", join(root, "link")).catch(() => undefined);
  await chmod(join(root, "sub"), 0o755);
}

/** All names and contents below a folder, but for what is written aside. */
export async function describeTree(root: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const isAside = ({ name, parentPath }: (typeof entries)[number]): boolean => join(parentPath, name).slice(root.length).includes("/.hpckit-");
  const described = entries.filter((entry) => !isAside(entry)).map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const is = entry.isFile() ? createHash("sha256").update(await readFile(path)).digest("hex") : entry.isSymbolicLink() ? await readlink(path) : "folder";
    return `${path.slice(root.length)} ${is}`;
  });
  return (await Promise.all(described)).sort().join("\n");
}
