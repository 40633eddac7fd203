import { PassThrough } from "node:stream";
import { TransportError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { channelWindow } from "./channel-window.js";
import type { Channel } from "./channel.js";
import { connectionChannels } from "./connection-channels.js";
import type { Connection } from "./connection.js";

const target = { host: "login", user: "alice", kind: "ssh" } as const;

/** Takes every session, until it is lost. */
function fakeConnection(): { connection: Connection; started: Channel[]; lose: () => void } {
  const lost = new AbortController();
  const started: Channel[] = [];
  const connection: Connection = {
    target,
    lost: lost.signal,
    async start(_, signal) {
      signal.throwIfAborted();
      const channel = { input: new PassThrough(), output: new PassThrough(), errors: new PassThrough(), closed: new Promise<undefined>(() => undefined), destroy: () => undefined };
      started.push(channel);
      return channel;
    },
    connect: () => Promise.reject(new Error("not used")),
    close: () => Promise.resolve(),
  };
  return { connection, started, lose: () => lost.abort(new TransportError("connection-lost", "lost")) };
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
});
