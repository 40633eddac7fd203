import { createConnection } from "node:net";
import type { TransportError } from "@hpckit/core";
import type { SshMaster } from "./ssh-master.js";
import { lossOf } from "./ssh-session.js";

const noticeMs = 1_000;

/** ssh ends its output alike for the end of a connection and the loss of all of them; whether the master still listens tells them apart. */
export async function findLoss(master: SshMaster): Promise<TransportError | undefined> {
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
