import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { sh } from "@hpckit/core";
import type { Channel, ChannelSource } from "../channel/channel.js";
import { fromOctets } from "./octets.js";

/** TERM, five seconds, KILL, and the way back: then the guard has closed its channel. */
const guardMs = 8_000;

/**
 * Ends what runs behind a channel and waits until it is over there.
 * The end of the input tells the guard; where it does not answer, its process group is killed through a second channel.
 */
export async function endRemote(source: ChannelSource, channel: Channel, group: number | undefined): Promise<void> {
  channel.input.end();
  discard(channel);
  const isOver = await Promise.race([channel.closed.then(() => true), delay(guardMs, false, { ref: false })]);
  if (!isOver && group !== undefined) await killGroup(source, channel, group);
  channel.destroy();
}

/** Reads on for nobody: what waits to be read would keep a channel from closing. */
export function discard({ output, errors }: Channel): void {
  for (const stream of [output, errors]) {
    // A reader who has left still holds the stream back by its listener.
    stream.removeAllListeners("data");
    stream.resume();
  }
}

async function killGroup(source: ChannelSource, beside: Channel, group: number): Promise<void> {
  const signal = AbortSignal.timeout(guardMs);
  try {
    const channel = await source.open({ signal, beside });
    const script = fromOctets(sh`{ kill -s KILL -- ${`-${String(group)}`}; }`.shell + "\n");
    channel.input.end(Buffer.concat([Buffer.from(`${randomBytes(16).toString("hex")} ${script.length}\n`), script, Buffer.from("done\n")]));
    discard(channel);
    await Promise.race([channel.closed, delay(guardMs, undefined, { ref: false })]);
    channel.destroy();
  } catch {
    // The connection is gone, and with it the guard's input: the guard ends the group by itself.
  }
}
