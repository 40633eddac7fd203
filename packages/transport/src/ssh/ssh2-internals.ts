import { TransportError } from "@hpckit/core";
import type { Client } from "ssh2";

/** What ssh2 keeps to itself of a client. Only this file reaches for it, and finds out whether it is there. */
interface Internals {
  readonly _protocol?: {
    readonly _handlers?: { USERAUTH_FAILURE?: (protocol: unknown, methods: readonly string[], isPartial: boolean) => void };
    readonly _packetRW?: { readonly write?: Partial<PacketWriter> };
    readonly _cipher?: Partial<GcmCipher>;
    readonly _decipher?: { readonly constructor: { readonly name: string } };
  };
}

interface PacketWriter {
  readonly allocStart: number;
  alloc(size: number): Buffer;
  finalize(packet: Buffer): Buffer;
}

/**
 * Puts a message in place of the next one that ssh2 sends. ssh2 names a certificate's type in the signature as well, where servers want the
 * type of the key; it has no way to say so.
 * @throws TransportError `not-supported` with an ssh2 that is built differently.
 */
export function replaceNextMessage(client: Client, message: Buffer): void {
  const writer = (client as unknown as Internals)._protocol?._packetRW?.write;
  if (!isWriter(writer)) throw new TransportError("not-supported", "this version of ssh2 cannot sign in with a certificate: use connectSystemSsh");
  writer.finalize = () => {
    // What is left is the prototype's.
    Reflect.deleteProperty(writer, "finalize");
    const packet = writer.alloc(message.length);
    packet.set(message, writer.allocStart);
    return writer.finalize(packet);
  };
}

const isWriter = (writer: Partial<PacketWriter> | undefined): writer is PacketWriter =>
  typeof writer?.allocStart === "number" && typeof writer.alloc === "function" && typeof writer.finalize === "function" && !Object.hasOwn(writer, "finalize");

/** Tells what a server says to each attempt. ssh2 keeps it to itself after a key of an agent: it would offer a second key where the first one was accepted. */
export function onAttemptRefused(client: Client, listen: (methods: readonly string[], isPartial: boolean) => void): void {
  const handlers = (client as unknown as Internals)._protocol?._handlers;
  const original = handlers?.USERAUTH_FAILURE;
  if (handlers === undefined || original === undefined) throw new TransportError("not-supported", "this version of ssh2 does not tell how a sign-in goes: use connectSystemSsh");
  handlers.USERAUTH_FAILURE = (protocol, methods, isPartial) => {
    listen(methods, isPartial);
    original(protocol, methods, isPartial);
  };
}

/** Encrypts a packet at once, into new memory, and hands on what is to be sent: the packet's first four bytes, where they stand, and that memory. */
export interface GcmCipher {
  /** Memory for a packet with its length and its padding, the payload left open. */
  allocPacket: (payloadBytes: number) => Buffer;
  _onWrite: (piece: Buffer) => void;
}

/** The cipher of what a client sends, if it is AES-GCM as ssh2 does it in JavaScript and if no one has changed it. The native one encrypts in place. */
export function gcmCipherOf(client: Client): GcmCipher | undefined {
  const cipher = (client as unknown as Internals)._protocol?._cipher;
  return isGcmCipher(cipher) ? cipher : undefined;
}

const isGcmCipher = (cipher: Partial<GcmCipher> | undefined): cipher is GcmCipher =>
  cipher?.constructor.name === "AESGCMCipherNative" && typeof cipher.allocPacket === "function" && !Object.hasOwn(cipher, "allocPacket") && typeof cipher._onWrite === "function";

/** Those that decrypt into new memory, also where a packet comes in two pieces. */
const copying: ReadonlySet<string> = new Set(["AESGCMDecipherNative", "GenericDecipherNative"]);

/** Whether a client is done with a piece of its socket as soon as it has been handed it. What is not known is not believed. */
export function copiesWhatItReads(client: Client): boolean {
  const decipher = (client as unknown as Internals)._protocol?._decipher;
  return decipher !== undefined && copying.has(decipher.constructor.name);
}
