import { PassThrough } from "node:stream";
import { TransportError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { channelWindow } from "./channel-window.js";
import type { Channel } from "./channel.js";
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

  it("leave no place taken, nor anything begun, on a connection that others go on with when they are closed", async () => {
    const { connection, started, destroyed } = fakeConnection();
    const window = channelWindow(2);
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const source = (until: Promise<void>): ReturnType<typeof connectionChannels> => {
      const ask: ConnectionSupply["ask"] = async (request, signal) => {
        const value = await request(connection, signal);
        await until;
        return value;
      };
      return connectionChannels({ target, ask, close: () => Promise.resolve() }, { window, pace: () => Promise.resolve() });
    };
    const [closing, other] = [source(answered), source(Promise.resolve())];
    const opening = closing.open({});
    const kept = await other.open({});
    const refused = [opening, closing.open({})].map((each) => expect(each).rejects.toMatchObject({ message: "this transport has been closed" }));
    void closing[Symbol.asyncDispose]();
    answer();
    await Promise.all(refused);
    await expect.poll(() => window.taken).toBe(1);
    expect(destroyed).toEqual(started.filter((each) => each !== kept));
    expect(destroyed).toHaveLength(1);
    await other.open({});
    expect(window.taken).toBe(2);
  });
});
