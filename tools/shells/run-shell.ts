import { spawnSync } from "node:child_process";

/** The shells in which scripts of ours must mean the same. */
export const shells = ["sh", "dash", "bash"] as const;
export type ShellName = (typeof shells)[number];

export interface ShellRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script in a real shell, in a nearly empty environment. */
export function runShell(shell: ShellName, script: string, options: { env?: Record<string, string>; input?: string } = {}): ShellRun {
  const run = spawnSync(shell, ["-c", script], {
    encoding: "utf8",
    input: options.input ?? "",
    // Without SHLVL, bash takes a socket as its input for a remote login and reads ~/.bashrc.
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8", SHLVL: "1", ...options.env },
    timeout: 20_000,
  });
  if (run.error !== undefined) throw run.error;
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}
