import { createConnection } from "node:net";
import { hostname, userInfo } from "node:os";
import type { Duplex } from "node:stream";
import { TransportError, type Cancellable, type ConnectAddress } from "@hpckit/core";
import { guardLine } from "../guard/guard-command.js";
import { untilConnected } from "./until-connected.js";
import { keptStreams } from "./kept-streams.js";
import { transportClosed, untilClosed, type Channel, type ChannelSource } from "./channel.js";

/** Guards as processes of this machine. */
export function localChannels(): ChannelSource {
  const running = new Set<Channel>();
  const forwards = keptStreams();
  const closing = new AbortController();
  return {
    closing: closing.signal,
    target: { host: hostname(), user: userInfo().username, kind: "local" },
    async open({ accounts }) {
      closing.signal.throwIfAborted();
      const channel = await startGuard(guardLine(accounts));
      running.add(channel);
      void channel.closed.then(() => running.delete(channel));
      return channel;
    },
    connect: async (address, options) => {
      closing.signal.throwIfAborted();
      return forwards.keep(await connectLocally(address, options));
    },
    async [Symbol.asyncDispose]() {
      closing.abort(transportClosed());
      forwards.destroy();
      await untilClosed(running);
    },
  };
}

async function startGuard(line: string): Promise<Channel> {
  const { execa } = await import("execa");
  // Detached: a session of its own, so that Ctrl-C at our terminal ends the command in order and not at random.
  const child = execa("/bin/sh", ["-c", line], { detached: true, buffer: false, reject: false, stdin: "pipe", cleanup: false });
  child.stdin.on("error", () => undefined);
  const closed = new Promise<undefined>((resolve) => {
    child.once("exit", () => resolve(undefined));
    child.once("error", () => resolve(undefined));
  });
  return {
    input: child.stdin,
    output: child.stdout,
    errors: child.stderr,
    closed,
    destroy() {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

async function connectLocally(address: ConnectAddress, { signal }: Cancellable): Promise<Duplex> {
  const socket = createConnection("socketPath" in address ? { path: address.socketPath } : { host: address.host, port: address.port, noDelay: true });
  await untilConnected(socket, signal, (cause) => new TransportError("connection-refused", `cannot connect: ${cause.message}`, { cause }));
  return socket;
}
