import { PassThrough } from "node:stream";
import { TransportError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { channelWindow } from "./channel-window.js";
import type { Channel, ChannelSource } from "./channel.js";
import { connectionChannels } from "./connection-channels.js";
import type { Connection, ConnectionSupply } from "./connection.js";

const target = { host: "login", user: "alice", kind: "ssh" } as const;

/** Takes every session, until it is lost. */
function fakeConnection(): { connection: Connection; started: Channel[]; destroyed: Channel[]; lose: () => void } {
  const lost = new AbortController();
  const destroyed: Channel[] = [];
  const started: Channel[] = [];
  const connection: Connection = {
    target,
    lost: lost.signal,
    async start(_, signal) {
      signal.throwIfAborted();
      let close: (loss: undefined) => void = () => undefined;
      const closed = new Promise<undefined>((resolve) => (close = resolve));
      const destroy = (): void => {
        destroyed.push(channel);
        close(undefined);
      };
      const channel: Channel = { input: new PassThrough(), output: new PassThrough(), errors: new PassThrough(), closed, destroy };
      started.push(channel);
      return channel;
    },
    connect: () => Promise.reject(new Error("not used")),
    close: () => Promise.resolve(),
  };
  return { connection, started, destroyed, lose: () => lost.abort(new TransportError("connection-lost", "lost")) };
}

describe("channels of a transport whose connections follow one another", () => {
  it("are opened beside another one over its own connection, and over no later one", async () => {
    const first = fakeConnection();
    const second = fakeConnection();
    let current = first.connection;
    const paced: number[] = [];
    const source = connectionChannels(
      { target, ask: (request, signal) => request(current, signal), close: () => Promise.resolve() },
      // Filled by the first one and the one after it: what ends a command waits for no place.
      { window: channelWindow(2), pace: async () => void paced.push(1) },
    );
    const channel = await source.open({});
    current = second.connection;
    await source.open({ beside: channel });
    expect([first.started.length, second.started.length]).toEqual([2, 0]);
    await source.open({});
    expect([first.started.length, second.started.length]).toEqual([2, 1]);
    // What ends a command is not held up by the budget of commands.
    expect(paced).toHaveLength(2);
    first.lose();
    await expect(source.open({ beside: channel })).rejects.toMatchObject({ code: "connection-lost" });
    expect([first.started.length, second.started.length]).toEqual([2, 1]);
  });

  /** Two of a window of two over the same connection, which others go on with when one is closed. */
  const two = (answered: Promise<void> = Promise.resolve()) => {
    const { connection, destroyed } = fakeConnection();
    const window = channelWindow(2);
    const source = (until: Promise<void>): ChannelSource => {
      const ask: ConnectionSupply["ask"] = async (request, signal) => {
        const value = await request(connection, signal);
        await until;
        return value;
      };
      return connectionChannels({ target, ask, close: () => Promise.resolve() }, { window, pace: () => Promise.resolve(), closingMs: 20 });
    };
    return { window, destroyed, closing: source(answered), other: source(Promise.resolve()) };
  };
  const refused = (opening: Promise<Channel>): Promise<void> => expect(opening).rejects.toMatchObject({ message: "this transport has been closed" });

  it("begin nothing and take no place where a session opens in the moment of closing", async () => {
    let answer: () => void = () => undefined;
    const { window, destroyed, closing, other } = two(new Promise((resolve) => (answer = resolve)));
    const opening = closing.open({});
    const kept = await other.open({});
    const both = [opening, closing.open({})].map(refused);
    void closing[Symbol.asyncDispose]();
    answer();
    await Promise.all(both);
    await expect.poll(() => window.taken).toBe(1);
    expect(destroyed).toHaveLength(1);
    expect(destroyed).not.toContain(kept);
  });

  it("are let go when they are closed though nothing ends behind them, and those of others are not", async () => {
    const { window, destroyed, closing, other } = two();
    const [stuck] = [await closing.open({}), await other.open({})];
    await closing[Symbol.asyncDispose]();
    expect([destroyed, window.taken]).toEqual([[stuck], 1]);
    await other.open({});
    await refused(closing.open({}));
  });
});
