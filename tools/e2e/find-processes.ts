import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process as `ps` would show it. */
export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes that were started with a word in their environment, or that live in one of the PID namespaces. */
export function findProcesses({ marked, namespaces }: { readonly marked: string; readonly namespaces: ReadonlySet<string> }): readonly FoundProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    const isWanted = (): boolean => readFileSync(`/proc/${name}/environ`, "utf8").includes(marked) || namespaces.has(pidNamespace(Number(name)));
    try {
      return /^\d+$/.test(name) && isWanted() ? [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ") }] : [];
    } catch {
      // It ended while it was looked at.
      return [];
    }
  });
}

export function pidNamespace(pid: number): string {
  return readlinkSync(`/proc/${pid}/ns/pid`);
}
