import { createConnection } from "node:net";
import { Duplex } from "node:stream";
import { type TransportError } from "@hpckit/core";
import type { SshMaster } from "./ssh-master.js";
import type { SshProcess } from "./ssh-process.js";
import { lossOf } from "./ssh-session.js";

const noticeMs = 1_000;

/**
 * The two ends of a process as one stream. It behaves as a socket does: the end of what comes ends what goes, and a connection that is
 * lost is an error and no end.
 */
export function duplexOf(child: SshProcess, master: SshMaster): Duplex {
  const { stdin, stdout } = child;
  const duplex = new Duplex({
    allowHalfOpen: false,
    read: () => void stdout.resume(),
    write: (chunk: Buffer, _, done) => void stdin.write(chunk, (error) => done(error)),
    // What cannot be said any more to one who has left is no failure.
    final: (done) => void stdin.end(() => done()),
    destroy(error, done) {
      child.kill();
      done(error);
    },
  });
  stdout.on("data", (piece: Buffer) => {
    if (!duplex.push(piece)) stdout.pause();
  });
  stdout.once("end", () => {
    void isLost(master).then((lost) => (lost === undefined ? duplex.push(null) : duplex.destroy(lost)));
  });
  return duplex;
}

/** ssh ends its output alike for the end of a connection and the loss of all of them; whether the master still listens tells them apart. */
async function isLost(master: SshMaster): Promise<TransportError | undefined> {
  const listens = await new Promise<boolean>((resolve) => {
    const socket = createConnection({ path: master.socketPath });
    const settle = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", settle(true)).once("error", settle(false));
  });
  if (!listens) await lossOf(master, noticeMs);
  return master.lost.aborted ? (master.lost.reason as TransportError) : undefined;
}
