import type { Duplex } from "node:stream";
import { TransportError, type ConnectAddress, type TargetInfo } from "@hpckit/core";
import type { ClientChannel } from "ssh2";
import { orAborted } from "../guard/stopping.js";
import type { SshConnection } from "../ssh/ssh-connection.js";
import type { Channel, ChannelSource } from "./channel.js";
import { connectionChannels, type SessionRefused } from "./connection-channels.js";

/** What a server says when it runs as many sessions as it allows (RFC 4254, 5.1: SSH_OPEN_CONNECT_FAILED). The command never started. */
const tooManySessions = 2;
const administrativelyProhibited = 1;

/** Guards as sessions of one SSH connection. */
export function sshChannels(connection: SshConnection, target: TargetInfo, maxChannels: number): ChannelSource {
  async function start(line: string, signal: AbortSignal): Promise<Channel | SessionRefused> {
    const opened = await requested<ClientChannel>((callback) => connection.client.exec(line, callback), signal, (late) => late.close());
    if (!(opened instanceof Error)) return asChannel(opened, connection.lost);
    if ((opened as { reason?: unknown }).reason === tooManySessions) return { refused: opened };
    throw new TransportError("connection-refused", `${target.host}: the server starts no command: ${opened.message}`, { cause: opened });
  }

  async function connect(address: ConnectAddress, signal: AbortSignal): Promise<Duplex> {
    const name = "socketPath" in address ? address.socketPath : `${address.host}:${address.port}`;
    const opened = await requested<ClientChannel>(
      (callback) =>
        "socketPath" in address
          ? connection.client.openssh_forwardOutStreamLocal(address.socketPath, callback)
          : connection.client.forwardOut("127.0.0.1", 0, address.host, address.port, callback),
      signal,
      (late) => late.close(),
    );
    if (!(opened instanceof Error)) return opened;
    const isProhibited = (opened as { reason?: unknown }).reason === administrativelyProhibited;
    if (isProhibited) throw new TransportError("not-supported", `${target.host} does not allow connections through it (AllowTcpForwarding): ${name}`, { cause: opened });
    throw new TransportError("connection-refused", `${target.host} cannot connect to ${name}: ${opened.message}`, { cause: opened });
  }

  return connectionChannels({ target, lost: connection.lost, start, connect, close: () => connection.close() }, maxChannels);
}

/** One request of ssh2, whose callback may never come once the connection is gone. What comes after the wait is over is closed. */
async function requested<Value>(request: (callback: (error: Error | undefined, value: Value) => void) => void, signal: AbortSignal, discard: (late: Value) => void): Promise<Value | Error> {
  signal.throwIfAborted();
  const answer = new Promise<Value | Error>((resolve, reject) => {
    try {
      request((error, value) => {
        if (error !== undefined) resolve(error);
        else if (signal.aborted) discard(value);
        else resolve(value);
      });
    } catch (cause) {
      // ssh2 throws where it already knows that the socket is gone.
      reject(new TransportError("connection-lost", `the connection was lost: ${(cause as Error).message}`, { cause }));
    }
  });
  return orAborted(answer, signal);
}

function asChannel(stream: ClientChannel, lost: AbortSignal): Channel {
  stream.on("error", () => undefined);
  stream.stderr.on("error", () => undefined);
  const closed = new Promise<TransportError | undefined>((resolve) => {
    const settle = (): void => {
      lost.removeEventListener("abort", settle);
      resolve(lost.aborted ? (lost.reason as TransportError) : undefined);
    };
    stream.once("close", settle);
    lost.addEventListener("abort", settle, { once: true });
  });
  return { input: stream, output: stream, errors: stream.stderr, closed, destroy: () => stream.close() };
}
