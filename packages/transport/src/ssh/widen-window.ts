import type { Readable } from "node:stream";

/** What ssh2 keeps to itself of a channel. Only this file reaches for it, and finds out whether it is there. */
interface Internals {
  /** `window`: what the server may send still (RFC 4254, 5.2). */
  readonly incoming?: { window?: number };
  readonly outgoing?: { readonly id?: number; readonly state?: string };
  readonly _client?: { readonly _protocol?: { channelWindowAdjust?(id: number, bytes: number): void } };
}

const wideBytes = 8 * 1024 * 1024;
/** Below this a grant is not worth its message. */
const grantBytes = 1024 * 1024;
/** What sends no more than this never needs a wide window. */
const smallBytes = 512 * 1024;

/**
 * Lets a server send more on a channel before it waits for us. ssh2 grants 2 MiB, which over 20 ms is a quarter of what one lane can carry, and
 * its size cannot be chosen. With an ssh2 that is built differently it stays as it is. What nobody reads yet counts: no more than the wide window is ever kept.
 */
export function widenWindow(channel: Readable & { readonly stderr: Readable }): void {
  const { incoming, outgoing, _client } = channel as unknown as Internals;
  const protocol = _client?._protocol;
  const first = incoming?.window;
  const id = outgoing?.id;
  if (incoming === undefined || first === undefined || id === undefined || protocol?.channelWindowAdjust === undefined) return;
  const read = channel._read.bind(channel);
  let isLarge = false;
  // Called when more is wanted, once for all that came meanwhile.
  channel._read = (size) => {
    read(size);
    const { window = 0 } = incoming;
    isLarge ||= window < first - smallBytes;
    const missing = wideBytes - window - channel.readableLength - channel.stderr.readableLength;
    if (!isLarge || missing < grantBytes || outgoing?.state !== "open") return;
    incoming.window = window + missing;
    protocol.channelWindowAdjust?.(id, missing);
  };
}
