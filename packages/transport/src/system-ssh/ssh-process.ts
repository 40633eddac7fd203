import type { Readable, Writable } from "node:stream";
import { TransportError } from "@hpckit/core";

/** A process of this machine, with all that it starts. */
export interface SshProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles with the exit code; with `undefined` after a death by signal. */
  readonly exit: Promise<number | undefined>;
  /** Kills it with all that it has started, if it still runs. */
  kill(): void;
}

/** @throws TransportError `not-supported` where the program is missing. */
export async function startProcess(program: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<SshProcess> {
  const { execa } = await import("execa");
  const child = execa(program, words, {
    // A session of its own: no terminal at which anything could ask, and Ctrl-C at ours ends commands in order.
    detached: true,
    buffer: false,
    reject: false,
    cleanup: false,
    stdin: "pipe",
    // What ssh says is read.
    env: { ...environment, LC_ALL: "C" },
  });
  const { pid, stdin, stdout, stderr } = child;
  if (pid === undefined) {
    const { cause } = await child;
    throw new TransportError("not-supported", `${program} cannot be started here: install OpenSSH's client, or use connectSsh without a config`, { cause });
  }
  for (const stream of [stdin, stdout, stderr]) stream.on("error", () => undefined);
  let hasEnded = false;
  const exit = new Promise<number | undefined>((resolve) => {
    child.once("exit", (code) => {
      hasEnded = true;
      resolve(code ?? undefined);
    });
  });
  return {
    stdin,
    stdout,
    stderr,
    exit,
    kill() {
      try {
        if (!hasEnded) process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended in the meantime.
      }
    },
  };
}
