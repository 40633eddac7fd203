import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is killed of the one that builds. */
export type Killing = "nothing" | "the shell" | "pip" | "the group";

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Kills the builder that holds the claim of a root, or a part of it. @returns whether there was such a thing. */
export function killBuilder(root: string, what: Killing): boolean {
  const claim = readdirSync(root).find((name) => name.endsWith(".claim"));
  const shell = Number(read(join(root, claim ?? "", "owner")).trim().split(" ").at(-1));
  if (what === "nothing" || !(shell > 1)) return false;
  if (what === "the shell") return kill(shell);
  const group = groupOf(shell);
  if (what === "the group") return group > 1 && kill(-group);
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  const pips = all.filter((id) => groupOf(id) === group && / ?-m\0pip\0|-m\0venv\0/.test(read(`/proc/${id}/cmdline`)));
  return pips.map(kill).some(Boolean);
}

/** The fifth field; a program's name may hold blanks and brackets. */
const groupOf = (id: number): number => Number(/\) \S \d+ (\d+) /.exec(read(`/proc/${id}/stat`))?.[1] ?? 0);

function kill(id: number): boolean {
  try {
    process.kill(id, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
