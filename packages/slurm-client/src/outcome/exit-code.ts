import { isSince } from "../cluster/release.js";

/** How a job's batch script, or a step, ended: by itself, or by a signal. */
export interface ExitCode {
  readonly exitCode: number;
  /** 0 if none. */
  readonly signal: number;
}

/** Reads `3:0` or `0:9`, as sacct writes it and squeue too; squeue 22.05 writes the wait status, `768` or `9`. */
export function parseExitCode(text: string): ExitCode | undefined {
  const match = /^(\d{1,3}):(\d{1,3})$/.exec(text.trim());
  if (match !== null) return { exitCode: Number(match[1]), signal: Number(match[2]) };
  if (!/^\d{1,5}$/.test(text.trim())) return undefined;
  const status = Number(text);
  return { exitCode: status >> 8, signal: status & 127 };
}

/**
 * What an exit code says.
 * - `success`: 0, without a signal;
 * - `exit-code`: the script's, or the step's, own;
 * - `signal`: it was ended by one, e.g. `SIGKILL`;
 * - `out-of-memory`: Slurm's own mark of a cgroup that ran out of memory;
 * - `output-file`: a file of standard output, error or input could not be opened: nothing was run.
 */
export type ExitMeaning =
  | { readonly kind: "success" | "out-of-memory" | "output-file" }
  | { readonly kind: "exit-code"; readonly exitCode: number }
  | { readonly kind: "signal"; readonly signal: string };

/**
 * Numbers in the place of a signal that are none of Linux's: Slurm's own.
 * @see Slurm 22.05 to 26.05: SIG_OOM in src/common/slurm_protocol_defs.h; ESLURMD_IO_ERROR (4021) read as a wait status has the
 * signal 53. Both recorded on 22.05.8, 24.11.5 and 26.05.5.
 */
const slurmSignals: ReadonlyMap<number, ExitMeaning> = new Map([
  [125, { kind: "out-of-memory" }],
  [53, { kind: "output-file" }],
]);

export function explainExit({ exitCode, signal }: ExitCode): ExitMeaning {
  if (signal !== 0) return slurmSignals.get(signal) ?? { kind: "signal", signal: signalName(signal) };
  return exitCode === 0 ? { kind: "success" } : { kind: "exit-code", exitCode };
}

/**
 * sacct shows a batch script's `exit 137` as `9:0` before 25.11: it takes 128 away from every code from 128 on. The
 * controller's own record, which squeue shows for MinJobAge after the end, is exact: it is preferred while there is one.
 * Seen on 22.05.8 and 24.11.5 (`exit 200` → `72:0`), not on 26.05.5.
 */
export const accountingShiftsExitCodes = (version: { readonly major: number; readonly minor: number }): boolean => !isSince("25.11", version);

const linuxSignals = [
  "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
  "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
] as const;

/** The name of a signal on Linux, whatever this machine is; `SIG34` and up for those without one. @see signal(7) */
export const signalName = (number: number): string => `SIG${linuxSignals[number - 1] ?? number}`;
