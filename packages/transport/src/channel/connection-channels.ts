import { TransportError } from "@hpckit/core";
import { guardLine } from "../guard/guard-command.js";
import { transportClosed, untilClosed, type Channel, type ChannelSource, type OpenOptions } from "./channel.js";
import type { ChannelWindow } from "./channel-window.js";
import type { Connection, ConnectionSupply } from "./connection.js";
import { keptStreams } from "./kept-streams.js";

export interface ConnectionChannelsOptions {
  /** For all channels of the connection: it may have other sources, too. */
  readonly window: ChannelWindow;
  /** Waits until one more may start. */
  readonly pace: (signal: AbortSignal) => Promise<void>;
  /** How long closing waits for commands to end over there; by default 10 s. */
  readonly closingMs?: number | undefined;
}

/** How long a server may refuse every session, though none of ours is open. */
const patienceMs = 30_000;

/** Guards as sessions of a connection, so many at a time. */
export function connectionChannels(supply: ConnectionSupply, { window, pace, closingMs }: ConnectionChannelsOptions): ChannelSource {
  const { target } = supply;
  const running = new Set<Channel>();
  const forwards = keptStreams();
  const origins = new WeakMap<Channel, Connection>();

  const closing = new AbortController();
  // A signal of its own for each call: listeners on the transport's would stay as long as it does.
  const orClosing = (...signals: readonly (AbortSignal | undefined)[]): AbortSignal => AbortSignal.any([closing.signal, ...signals.filter((signal) => signal !== undefined)]);

  async function open({ signal, accounts, beside }: OpenOptions): Promise<Channel> {
    const either = orClosing(signal);
    // One that ends what runs behind another comes in beside the window: that one keeps its place until it has ended.
    const leave = beside === undefined ? await window.enter(either) : (): void => undefined;
    try {
      const session = (connection: Connection, until: AbortSignal): Promise<Channel> => openSession(connection, guardLine(accounts), until);
      const origin = beside === undefined ? undefined : origins.get(beside);
      if (origin === undefined) await pace(either);
      const channel = origin === undefined ? await supply.ask(session, either) : await session(origin, orClosing(signal, origin.lost));
      if (closing.signal.aborted) {
        // It has no script yet, and does nothing.
        channel.destroy();
        closing.signal.throwIfAborted();
      }
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

  async function openSession(connection: Connection, line: string, signal: AbortSignal): Promise<Channel> {
    const deadline = performance.now() + patienceMs;
    for (let wait = 20; ; wait = Math.min(wait * 2, 1_000)) {
      const opened = await connection.start(line, signal);
      if (!("refused" in opened)) {
        origins.set(opened, connection);
        return opened;
      }
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
    connect: async (address, { signal }) => forwards.keep(await supply.ask((connection, until) => connection.connect(address, until), orClosing(signal))),
    async [Symbol.asyncDispose]() {
      closing.abort(transportClosed());
      forwards.destroy();
      await untilClosed(running, closingMs);
      // Others may go on with the connection, and what did not end must not hold their places.
      for (const channel of running) channel.destroy();
      await supply.close();
    },
  };
}
