import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Holds an exclusive lock on a file while `act` runs. Other processes wait.
 *
 * flock(1) holds it, and ends when the pipe from this process closes: a killed holder never leaves a lock behind.
 */
export async function withFileLock<T>(path: string, act: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const holder = spawn("flock", [path, "sh", "-c", "echo held; exec cat >/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    // Ctrl-C goes to the whole foreground group; the lock must outlive the clean-up that follows it.
    detached: true,
  });
  const giveUp = () => holder.kill("SIGKILL");
  signal?.addEventListener("abort", giveUp, { once: true });
  const ended = once(holder, "close");
  try {
    const [held] = (await Promise.race([once(holder.stdout, "data"), ended])) as [unknown];
    signal?.throwIfAborted();
    if (String(held).trim() !== "held") throw new Error(`cannot lock ${path}`);
    signal?.removeEventListener("abort", giveUp);
    return await act();
  } finally {
    signal?.removeEventListener("abort", giveUp);
    holder.stdin.end();
    await ended;
  }
}
