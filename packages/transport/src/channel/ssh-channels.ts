import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { TransportError, type Cancellable, type ConnectAddress, type TargetInfo } from "@hpckit/core";
import type { ClientChannel } from "ssh2";
import { guardLine } from "../guard/guard-command.js";
import { orAborted } from "../guard/stopping.js";
import type { SshConnection } from "../ssh/ssh-connection.js";
import { channelWindow } from "./channel-window.js";
import { transportClosed, type Channel, type ChannelSource, type OpenOptions } from "./channel.js";

/** What a server says when it runs as many sessions as it allows (RFC 4254, 5.1: SSH_OPEN_CONNECT_FAILED). The command never started. */
const tooManySessions = 2;
const administrativelyProhibited = 1;
/** How long a server may refuse every session, though none of ours is open. */
const patienceMs = 30_000;
/** How long closing waits for commands to end over there, where the server still answers: TERM, five seconds, KILL. */
const closingMs = 10_000;

/** Guards as sessions of one SSH connection. */
export function sshChannels(connection: SshConnection, target: TargetInfo, maxChannels: number): ChannelSource {
  const window = channelWindow(maxChannels);
  const running = new Set<Channel>();

  const closing = new AbortController();
  const over = [closing.signal, connection.lost];
  // A signal of its own for each call: listeners on the connection's would stay as long as it does.
  const orOver = (signal: AbortSignal | undefined): AbortSignal => AbortSignal.any(signal === undefined ? over : [...over, signal]);

  async function open({ signal, user }: OpenOptions): Promise<Channel> {
    const either = orOver(signal);
    const leave = await window.enter(either);
    try {
      const channel = asChannel(await openSession(guardLine(user), either), connection.lost);
      running.add(channel);
      void channel.closed.then(() => {
        running.delete(channel);
        leave();
      });
      return channel;
    } catch (error) {
      leave();
      throw error;
    }
  }

  async function openSession(line: string, signal: AbortSignal): Promise<ClientChannel> {
    const deadline = performance.now() + patienceMs;
    for (let wait = 20; ; wait = Math.min(wait * 2, 1_000)) {
      const opened = await requested<ClientChannel>((callback) => connection.client.exec(line, callback), signal, (late) => late.close());
      if (!(opened instanceof Error)) return opened;
      if ((opened as { reason?: unknown }).reason !== tooManySessions) {
        throw new TransportError("connection-refused", `${target.host}: the server starts no command: ${opened.message}`, { cause: opened });
      }
      if (window.taken <= 1 && performance.now() > deadline) {
        throw new TransportError("connection-refused", `${target.host}: the server refuses every session; MaxSessions may be 0, or other programs use this connection`, { cause: opened });
      }
      await window.change(wait, signal);
    }
  }

  async function connect(address: ConnectAddress, { signal }: Cancellable): Promise<Duplex> {
    const either = orOver(signal);
    const name = "socketPath" in address ? address.socketPath : `${address.host}:${address.port}`;
    const opened = await requested<ClientChannel>(
      (callback) =>
        "socketPath" in address
          ? connection.client.openssh_forwardOutStreamLocal(address.socketPath, callback)
          : connection.client.forwardOut("127.0.0.1", 0, address.host, address.port, callback),
      either,
      (late) => late.close(),
    );
    if (!(opened instanceof Error)) return opened;
    const isProhibited = (opened as { reason?: unknown }).reason === administrativelyProhibited;
    if (isProhibited) throw new TransportError("not-supported", `${target.host} does not allow connections through it (AllowTcpForwarding): ${name}`, { cause: opened });
    throw new TransportError("connection-refused", `${target.host} cannot connect to ${name}: ${opened.message}`, { cause: opened });
  }

  return {
    target,
    closing: closing.signal,
    open,
    connect,
    async [Symbol.asyncDispose]() {
      closing.abort(transportClosed());
      await Promise.race([Promise.all([...running].map((channel) => channel.closed)), delay(closingMs, undefined, { ref: false })]);
      await connection.close();
    },
  };
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
