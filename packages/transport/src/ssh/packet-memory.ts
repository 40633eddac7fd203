import { randomFillSync } from "node:crypto";
import type { Client } from "ssh2";
import { gcmCipherOf, type GcmCipher } from "./ssh2-internals.js";

/** More than the 32 KiB of data that servers take at once (RFC 4253, 6.1); whatever is larger gets memory of its own. */
const memoryBytes = 40 * 1024;
const lengthBytes = 4;
/** AES-GCM encrypts whole blocks, the length of the packet is not encrypted (RFC 5647, 7.2). */
const gcmBlockBytes = 16;
const fewestPaddingBytes = 4;
const randomAheadBytes = 4096;

/**
 * Builds each packet that a client sends in the same memory. ssh2 takes new memory for each, as much again as for what is encrypted, and V8 looks
 * through its heap for every few megabytes of it. New keys bring a new cipher, so each one is asked to.
 */
export function reusePacketMemory(client: Client): void {
  const memory = Buffer.allocUnsafeSlow(memoryBytes);
  const padding = randomBytes();
  const reuse = (): void => {
    const cipher = gcmCipherOf(client);
    if (cipher !== undefined) reuseWith(cipher, memory, padding);
  };
  reuse();
  client.on("handshake", reuse);
}

function reuseWith(cipher: GcmCipher, memory: Buffer, padding: (length: number) => Uint8Array): void {
  const alloc = cipher.allocPacket.bind(cipher);
  const write = cipher._onWrite;
  cipher.allocPacket = (payloadBytes) => {
    const paddingBytes = paddingOf(payloadBytes);
    const packetBytes = 1 + payloadBytes + paddingBytes;
    if (lengthBytes + packetBytes > memory.length) return alloc(payloadBytes);
    memory.writeUInt32BE(packetBytes);
    memory[lengthBytes] = paddingBytes;
    memory.set(padding(paddingBytes), lengthBytes + 1 + payloadBytes);
    return memory.subarray(0, lengthBytes + packetBytes);
  };
  // The length is sent as it stands in the packet, after this packet has made room for the next one.
  cipher._onWrite = (piece) => write(piece.buffer === memory.buffer ? Buffer.from(piece) : piece);
}

function paddingOf(payloadBytes: number): number {
  const missing = gcmBlockBytes - ((1 + payloadBytes) % gcmBlockBytes);
  return missing < fewestPaddingBytes ? missing + gcmBlockBytes : missing;
}

/** Takes random bytes from the system some thousand at a time. */
function randomBytes(): (length: number) => Uint8Array {
  const ahead = Buffer.allocUnsafeSlow(randomAheadBytes);
  let used = ahead.length;
  return (length) => {
    if (used + length > ahead.length) {
      randomFillSync(ahead);
      used = 0;
    }
    used += length;
    return ahead.subarray(used - length, used);
  };
}
