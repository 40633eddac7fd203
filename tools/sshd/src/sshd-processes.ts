import { readdir, readFile } from "node:fs/promises";

/** The sshd processes at and below one, the listener first; commands that run in sessions are not among them. */
export async function sshdProcesses(listener: number): Promise<readonly number[]> {
  const found = [listener];
  const all = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(readProcess));
  for (const parent of found) {
    for (const process of all) {
      if (process?.parent === parent && process.name.startsWith("sshd")) found.push(process.id);
    }
  }
  return found;
}

async function readProcess(id: string): Promise<{ id: number; parent: number; name: string } | undefined> {
  const text = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
  const fields = /^(\d+) \((.*)\) \S (\d+) /s.exec(text);
  return fields === null ? undefined : { id: Number(fields[1]), name: fields[2] ?? "", parent: Number(fields[3]) };
}
