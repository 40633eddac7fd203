import type { Duplex } from "node:stream";
import { TransportError, type ConnectAddress, type TargetInfo } from "@hpckit/core";
import { channelWindow } from "./channel-window.js";
import { guardLine } from "../guard/guard-command.js";
import { transportClosed, untilClosed, type Channel, type ChannelSource, type OpenOptions } from "./channel.js";

/** A server runs as many sessions as it allows (`MaxSessions`). The command never started. */
export interface SessionRefused {
  readonly refused: Error;
}

/** One connection to another machine, which can carry several guards at a time. */
export interface Connection {
  readonly target: TargetInfo;
  /** Fires once the connection is gone, with the TransportError. */
  readonly lost: AbortSignal;
  /** Hands a line to the login shell over there. */
  start(line: string, signal: AbortSignal): Promise<Channel | SessionRefused>;
  connect(address: ConnectAddress, signal: AbortSignal): Promise<Duplex>;
  close(): Promise<void>;
}

/** How long a server may refuse every session, though none of ours is open. */
const patienceMs = 30_000;

/** Guards as sessions of one connection, so many at a time. */
export function connectionChannels(connection: Connection, maxChannels: number): ChannelSource {
  const { target } = connection;
  const window = channelWindow(maxChannels);
  const running = new Set<Channel>();

  const closing = new AbortController();
  const over = [closing.signal, connection.lost];
  // A signal of its own for each call: listeners on the connection's would stay as long as it does.
  const orOver = (signal: AbortSignal | undefined): AbortSignal => AbortSignal.any(signal === undefined ? over : [...over, signal]);

  async function open({ signal, accounts }: OpenOptions): Promise<Channel> {
    const either = orOver(signal);
    const leave = await window.enter(either);
    try {
      const channel = await openSession(guardLine(accounts), either);
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

  async function openSession(line: string, signal: AbortSignal): Promise<Channel> {
    const deadline = performance.now() + patienceMs;
    for (let wait = 20; ; wait = Math.min(wait * 2, 1_000)) {
      const opened = await connection.start(line, signal);
      if (!("refused" in opened)) return opened;
      if (window.taken <= 1 && performance.now() > deadline) {
        throw new TransportError("connection-refused", `${target.host}: the server refuses every session; MaxSessions may be 0, or other programs use this connection`, { cause: opened.refused });
      }
      await window.change(wait, signal);
    }
  }

  return {
    target,
    closing: closing.signal,
    open,
    connect: (address, { signal }) => connection.connect(address, orOver(signal)),
    async [Symbol.asyncDispose]() {
      closing.abort(transportClosed());
      await untilClosed(running);
      await connection.close();
    },
  };
}
