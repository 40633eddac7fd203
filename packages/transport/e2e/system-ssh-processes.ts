import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { vi } from "vitest";
import type { Sshd } from "../../../tools/sshd/src/index.js";

/** The temporary folder of this process is one of this server's, until the end of a test. */
export interface Traces extends AsyncDisposable {
  readonly folder: string;
  /** Command lines of what connections made in here still run, after a moment for what is just ending; and files they left. */
  left(): Promise<readonly string[]>;
  /** Process ids of the connections' ssh programs that have signed in. */
  masters(): Promise<readonly number[]>;
}

export async function watchTraces(server: Sshd): Promise<Traces> {
  const folder = join(server.folder, "t");
  await mkdir(folder, { recursive: true });
  vi.stubEnv("TMPDIR", folder);
  const running = async (): Promise<readonly { pid: number; words: readonly string[] }[]> => {
    const all = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(readWords));
    return all.filter(({ words }) => words[0] === "ssh" || words.some((word) => word.startsWith(folder))).filter(({ words }) => words.join(" ").includes(server.folder));
  };
  return {
    folder,
    async left() {
      let found: readonly string[] = [];
      for (let tries = 0; tries < 30; tries++) {
        found = [...(await running()).map(({ words }) => words.join(" ")), ...(await readdir(folder)).filter((name) => name.startsWith("hpckit-"))];
        if (found.length === 0) break;
        await delay(50);
      }
      return found;
    },
    masters: async () => (await running()).filter(({ words }) => words[0] === "ssh" && words.includes("-M")).map(({ pid }) => pid),
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs();
    },
  };
}

async function readWords(pid: string): Promise<{ pid: number; words: readonly string[] }> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return { pid: Number(pid), words: text.split("\0").slice(0, -1) };
}
