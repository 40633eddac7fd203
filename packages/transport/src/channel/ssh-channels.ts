import type { Duplex } from "node:stream";
import { TransportError, type ConnectAddress, type TargetInfo } from "@hpckit/core";
import type { ClientChannel } from "ssh2";
import { forwardOut, requested } from "../ssh/forward-out.js";
import type { SshConnection } from "../ssh/ssh-connection.js";
import { widenWindow } from "../ssh/widen-window.js";
import type { Channel } from "./channel.js";
import type { Connection, SessionRefused } from "./connection.js";
import { duplexOf } from "./duplex-of.js";

/** What a server says when it runs as many sessions as it allows (RFC 4254, 5.1: SSH_OPEN_CONNECT_FAILED). The command never started. */
const tooManySessions = 2;

/** Guards as sessions of one SSH connection. */
export function sshChannels(connection: SshConnection, target: TargetInfo): Connection {
  async function start(line: string, signal: AbortSignal): Promise<Channel | SessionRefused> {
    const opened = await requested<ClientChannel>((callback) => connection.client.exec(line, callback), signal, (late) => late.close());
    if (!(opened instanceof Error)) {
      widenWindow(opened);
      return asChannel(opened, connection.lost);
    }
    if ((opened as { reason?: unknown }).reason === tooManySessions) return { refused: opened };
    throw new TransportError("connection-refused", `${target.host}: the server starts no command: ${opened.message}`, { cause: opened });
  }

  async function connect(address: ConnectAddress, signal: AbortSignal): Promise<Duplex> {
    const stream = await forwardOut(connection.client, target.host, address, signal);
    stream.on("error", () => undefined);
    return duplexOf({ input: stream, output: stream, destroy: () => void stream.destroy(), findLoss: async () => lossOf(connection.lost) });
  }

  return { target, hostKey: connection.hostKey, lost: connection.lost, start, connect, close: () => connection.close() };
}

const lossOf = (lost: AbortSignal): TransportError | undefined => (lost.aborted ? (lost.reason as TransportError) : undefined);

function asChannel(stream: ClientChannel, lost: AbortSignal): Channel {
  stream.on("error", () => undefined);
  stream.stderr.on("error", () => undefined);
  const closed = new Promise<TransportError | undefined>((resolve) => {
    const settle = (): void => {
      lost.removeEventListener("abort", settle);
      resolve(lossOf(lost));
    };
    stream.once("close", settle);
    lost.addEventListener("abort", settle, { once: true });
  });
  return { input: stream, output: stream, errors: stream.stderr, closed, destroy: () => stream.close() };
}
