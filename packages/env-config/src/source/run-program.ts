import { spawn, type ChildProcess } from "node:child_process";
import { onAbort, type Cancellable } from "@hpckit/core";

export type ProgramEnd =
  | { readonly kind: "printed"; readonly stdout: string }
  | { readonly kind: "failed"; readonly reason: string };

export interface RunProgramOptions extends Cancellable {
  /** Folder in which it starts. */
  readonly folder: string;
  /** `Infinity` for none. */
  readonly timeLimitMs: number;
}

const mostBytes = 1024 * 1024;

/**
 * Runs a program of this machine for what it prints, with no shell. It has no input and no terminal, so that it fails where it
 * would ask a person; after the time limit, or by the signal, it is ended with all that it started. What it writes on stderr is dropped: it may
 * hold a part of a secret.
 */
export function runProgram([program, ...rest]: readonly [string, ...string[]], { folder, timeLimitMs, signal }: RunProgramOptions): Promise<ProgramEnd> {
  if (signal?.aborted === true) return Promise.resolve({ kind: "failed", reason: "was not started: the call was aborted" });
  return new Promise((done) => {
    // A process group of its own, so that its children can be ended with it.
    const child = spawn(program, rest, { cwd: folder, stdio: ["ignore", "pipe", "ignore"], detached: true });
    const pieces: Buffer[] = [];
    let reason: string | undefined;
    const stop = (why: string): void => {
      reason ??= why;
      killGroup(child);
      child.stdout.destroy();
    };
    const timer = timeLimitMs === Infinity ? undefined : setTimeout(() => stop(`did not end within ${timeLimitMs / 1000} s, and was ended`), timeLimitMs);
    const forget = onAbort(signal, () => stop("was aborted"));
    child.stdout.on("data", (piece: Buffer) => {
      pieces.push(piece);
      if (pieces.reduce((sum, { length }) => sum + length, 0) > mostBytes) stop("printed more than 1 MiB");
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      forget();
      done({ kind: "failed", reason: `cannot be started (${error.code === "ENOENT" ? `ENOENT: no such program, or no folder ${folder}` : String(error.code)})` });
    });
    child.once("close", (status, endedBy) => {
      clearTimeout(timer);
      forget();
      done(endOf(reason ?? whyFailed(status, endedBy), pieces));
    });
  });
}

const whyFailed = (status: number | null, signal: string | null): string | undefined =>
  status === 0 ? undefined : signal === null ? `ended with exit status ${String(status)}; run it by hand to see why` : `was ended by ${signal}`;

function endOf(reason: string | undefined, pieces: readonly Buffer[]): ProgramEnd {
  if (reason !== undefined) return { kind: "failed", reason };
  try {
    return { kind: "printed", stdout: new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces)) };
  } catch {
    return { kind: "failed", reason: "printed what is not UTF-8 text" };
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
