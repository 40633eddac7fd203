import { EventEmitter } from "node:events";
import type { Client } from "ssh2";
import { expect, it } from "vitest";
import { reusePacketMemory } from "./packet-memory.js";

/** As ssh2 builds it, and looked for by its name; what it is given memory for is new each time. */
class AESGCMCipherNative {
  readonly written: Buffer[] = [];
  _onWrite = (piece: Buffer): void => void this.written.push(piece);
  allocPacket(payloadBytes: number): Buffer {
    return Buffer.alloc(4 + 1 + payloadBytes);
  }
}
class AESGCMCipherBinding extends AESGCMCipherNative {}

/** The part of a client that is looked at. */
class FakeClient extends EventEmitter {
  readonly _protocol;
  constructor(_cipher: AESGCMCipherNative) {
    super();
    this._protocol = { _cipher };
  }
}

function reusing(cipher: AESGCMCipherNative): FakeClient {
  const client = new FakeClient(cipher);
  reusePacketMemory(client as unknown as Client);
  return client;
}

/** What stands in front of the cipher's own way to get memory. */
const ownAllocation = (cipher: AESGCMCipherNative): unknown => Object.getOwnPropertyDescriptor(cipher, "allocPacket")?.value;

it.each([0, 1, 10, 11, 12, 27, 32_768])("makes a packet of a payload of %i bytes that AES-GCM can encrypt", (payloadBytes) => {
  const cipher = new AESGCMCipherNative();
  reusing(cipher);
  const packet = cipher.allocPacket(payloadBytes);
  const paddingBytes = packet[4] ?? 0;
  expect(packet.readUInt32BE()).toBe(packet.length - 4);
  expect((packet.length - 4) % 16).toBe(0);
  expect(packet.length).toBe(4 + 1 + payloadBytes + paddingBytes);
  expect(paddingBytes).toBeGreaterThanOrEqual(4);
  expect(paddingBytes).toBeLessThan(4 + 16);
});

it("builds each packet in the same memory, with other random bytes at its end", () => {
  const cipher = new AESGCMCipherNative();
  reusing(cipher);
  const endings = Array.from({ length: 1000 }, () => {
    const packet = cipher.allocPacket(1);
    return packet.toString("hex", 6);
  });
  expect(cipher.allocPacket(1).buffer).toBe(cipher.allocPacket(20).buffer);
  expect(new Set(endings).size).toBe(1000);
});

it("keeps what of a packet is sent as it stands from the next one", () => {
  const cipher = new AESGCMCipherNative();
  reusing(cipher);
  cipher._onWrite(cipher.allocPacket(11).subarray(0, 4));
  const encrypted = Buffer.from("encrypted");
  cipher._onWrite(encrypted);
  cipher.allocPacket(1000);
  expect(cipher.written[0]?.readUInt32BE()).toBe(16);
  expect(cipher.written[1]).toBe(encrypted);
});

it("leaves a packet that is too large to the cipher", () => {
  const cipher = new AESGCMCipherNative();
  reusing(cipher);
  expect(cipher.allocPacket(100_000)).toHaveLength(100_005);
});

it("asks the cipher that new keys bring, each once", () => {
  const client = reusing(new AESGCMCipherNative());
  const next = new AESGCMCipherNative();
  client._protocol._cipher = next;
  client.emit("handshake");
  const first = ownAllocation(next);
  client.emit("handshake");
  expect(first).toBeDefined();
  expect(ownAllocation(next)).toBe(first);
});

it("leaves a cipher that encrypts in place as it is", () => {
  const cipher = new AESGCMCipherBinding();
  reusing(cipher);
  expect(ownAllocation(cipher)).toBeUndefined();
});
