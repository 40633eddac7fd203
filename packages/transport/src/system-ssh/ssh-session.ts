import { setTimeout as delay } from "node:timers/promises";
import { TransportError } from "@hpckit/core";
import type { Channel } from "../channel/channel.js";
import type { SessionRefused } from "../channel/connection.js";
import { orAborted } from "../guard/stopping.js";
import { sessionArguments } from "./ssh-arguments.js";
import { lastLines } from "./ssh-failure.js";
import type { SshMaster } from "./ssh-master.js";
import type { SshProcess } from "./ssh-process.js";

/** ssh exits so for failures of its own; it can then be the first to notice that the connection is gone. */
const ownFailure = 255;
const noticeMs = 1_000;

/** Starts a guard in a session of the master's connection. */
export async function startSession(master: SshMaster, host: string, line: string, signal: AbortSignal): Promise<Channel | SessionRefused> {
  const child = await master.join(sessionArguments(master.socketPath, line));
  try {
    const opening = await orAborted(untilOpen(child), signal);
    if (opening.isOpen) return asChannel(child, master);
    if (opening.said.includes('session request failed: Session open refused by peer')) return { refused: new Error(lastLines(opening.said)) };
    await lossOf(master, noticeMs);
    master.lost.throwIfAborted();
    throw new TransportError("connection-refused", `${host}: ssh starts no command: ${lastLines(opening.said)}`, { detail: { said: opening.said } });
  } catch (error) {
    child.kill();
    throw error;
  }
}

interface Opening {
  readonly isOpen: boolean;
  readonly said: string;
}

/**
 * Listens to what `ssh -v` says until the session is open, or to its end. What follows is for who listens next: sudo may have refused
 * the guard already.
 */
export function untilOpen(child: SshProcess): Promise<Opening> {
  const { stderr } = child;
  return new Promise((resolve) => {
    let said = Buffer.alloc(0);
    const settle = (isOpen: boolean): void => {
      stderr.off("data", onPiece).off("end", onEnd).off("close", onEnd);
      resolve({ isOpen, said: said.toString("utf8") });
    };
    const onPiece = (piece: Buffer): void => {
      said = Buffer.concat([said, piece]);
      const found = /master session id: \d+\r?\n/.exec(said.toString("latin1"));
      if (found === null) return;
      // A stream that flows without a listener drops what comes.
      stderr.pause();
      settle(true);
      const rest = said.subarray(found.index + found[0].length);
      if (rest.length > 0) stderr.unshift(rest);
    };
    const onEnd = (): void => settle(false);
    stderr.on("data", onPiece).once("end", onEnd).once("close", onEnd);
  });
}

function asChannel(child: SshProcess, master: SshMaster): Channel {
  return {
    input: child.stdin,
    output: child.stdout,
    errors: child.stderr,
    closed: child.exit.then(async (code) => {
      if (code === ownFailure) await lossOf(master, noticeMs);
      return master.lost.aborted ? (master.lost.reason as TransportError) : undefined;
    }),
    destroy() {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
      child.kill();
    },
  };
}

/** Waits for the end of the connection, at most so long. */
export async function lossOf({ lost }: SshMaster, milliseconds: number): Promise<void> {
  await orAborted(delay(milliseconds, undefined, { ref: false }), lost).catch(() => undefined);
}
