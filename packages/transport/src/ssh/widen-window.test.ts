import { once } from "node:events";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { widenWindow } from "./widen-window.js";

const mib = 1024 * 1024;
const piece = Buffer.alloc(32 * 1024);

/** As ssh2 keeps a channel. A server is simulated that sends as much as it may. */
class FakeChannel extends Readable {
  readonly incoming = { window: 2 * mib };
  readonly outgoing = { id: 7, state: "open" };
  readonly stderr = new Readable({ read: () => undefined });
  readonly granted: number[] = [];
  readonly _client = {
    _protocol: {
      channelWindowAdjust: (id: number, bytes: number): void => {
        expect(id).toBe(this.outgoing.id);
        this.granted.push(bytes);
      },
    },
  };

  constructor() {
    super({ highWaterMark: 2 * mib });
  }

  override _read(): void {
    // It comes when it comes.
  }

  /** Sends so much, or as much as the window allows. */
  send(bytes: number): number {
    let sent = 0;
    for (; sent < bytes && this.incoming.window >= piece.length; sent += piece.length) {
      this.incoming.window -= piece.length;
      this.push(piece);
    }
    return sent;
  }
}

it("lets a server send 8 MiB ahead once it turns out to send much", async () => {
  const channel = new FakeChannel();
  widenWindow(channel);
  channel.resume();
  await once(channel, "resume");
  for (let round = 0; round < 4; round++) {
    channel.send(mib);
    await new Promise(setImmediate);
  }
  expect(channel.incoming.window).toBeGreaterThanOrEqual(7 * mib);
  expect(channel.granted.reduce((sum, bytes) => sum + bytes)).toBe(channel.incoming.window + 4 * mib - 2 * mib);
});

it("says nothing for what sends little", async () => {
  const channel = new FakeChannel();
  widenWindow(channel);
  channel.resume();
  channel.send(mib / 2);
  await new Promise(setImmediate);
  expect(channel.granted).toEqual([]);
});

it("counts what waits for a slow reader", async () => {
  const channel = new FakeChannel();
  widenWindow(channel);
  channel.resume();
  channel.send(mib);
  await new Promise(setImmediate);
  channel.pause();
  for (let round = 0; round < 20; round++) {
    channel.send(2 * mib);
    await new Promise(setImmediate);
    expect(channel.incoming.window + channel.readableLength).toBeLessThanOrEqual(8 * mib);
  }
});

it("leaves a channel alone that is built differently, and one that is closed", async () => {
  const other = Object.assign(new Readable(), { stderr: new Readable() });
  widenWindow(other);
  expect(Object.hasOwn(other, "_read")).toBe(false);
  const closed = new FakeChannel();
  widenWindow(closed);
  Object.assign(closed.outgoing, { state: "closed" });
  closed.resume();
  closed.send(2 * mib);
  await new Promise(setImmediate);
  expect(closed.granted).toEqual([]);
});
