import { execa } from "execa";

export interface EnterOptions {
  /** A user of the cluster; root unless told. */
  readonly as?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface EnterResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const ROOT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  USER: "root",
  LANG: "C.UTF-8",
};

/**
 * nsenter leaves a process in its caller's group; what the caller runs under may be ended or limited on its own. The caller may
 * also be one that the kernel ends first where memory is short: slurmstepd would inherit that and die instead of a job's task,
 * after which Slurm (24.11, 26.05) calls the job running for minutes.
 */
const LEAVE_CALLER = 'echo 0 2>/dev/null > /sys/fs/cgroup/memory/cgroup.procs; echo 0 2>/dev/null > /proc/self/oom_score_adj; exec "$@"';

/** The words that run `argv` inside the namespaces of a cluster, given its first process. */
export function renderEntry(pid: number, argv: readonly string[], as = "root"): string[] {
  const enter = ["nsenter", `--target=${pid}`, "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--root", "--wd", "sh", "-c", LEAVE_CALLER, "sh"];
  if (as === "root") return [...enter, ...argv];
  // setpriv gives the user's ids, groups and HOME, and hands on every word as it is; the shell's cd goes home.
  const identity = ["setpriv", `--reuid=${as}`, `--regid=${as}`, "--init-groups", "--reset-env"];
  return [...enter, ...identity, "sh", "-c", 'cd && exec "$@"', "sh", ...argv];
}

/** Runs a command inside a cluster. A non-zero exit is a result. */
export async function enter(pid: number, argv: readonly string[], options: EnterOptions = {}): Promise<EnterResult> {
  const [program, ...words] = renderEntry(pid, argv, options.as);
  if (program === undefined) throw new Error("no command to run");
  const result = await execa(program, words, {
    env: { ...ROOT_ENVIRONMENT, ...options.env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    ...(options.signal && { cancelSignal: options.signal, killSignal: "SIGKILL" as const }),
  });
  options.signal?.throwIfAborted();
  if (result.exitCode === undefined && result.signal === undefined) throw new Error(result.message, { cause: result.cause });
  return { exitCode: result.exitCode ?? 128, stdout: result.stdout, stderr: result.stderr };
}

/** Runs a command inside a cluster and returns what it printed; a non-zero exit throws. */
export async function enterChecked(pid: number, argv: readonly string[], options: EnterOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await enter(pid, argv, options);
  if (exitCode !== 0) throw new Error(`in the cluster, ${argv.join(" ").slice(0, 200)} ended with ${exitCode}:\n${stderr}${stdout}`);
  return stdout;
}
