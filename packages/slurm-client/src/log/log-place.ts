import { createHash, type Hash } from "node:crypto";
import { headBytes, type ByteRange, type LogReading, type LogStart } from "./log-reading.js";

/** How far a file was read, and by what it is known again. Immutable. */
export interface LogPlace {
  /** Where the next reading begins: a little before what was not read yet. */
  readonly start: LogStart;
  /** Of the file that was read; undefined as long as nothing of it was, by which it could be known again. */
  readonly inode: string | undefined;
  /** With what the file begins: other bytes there mean another file. */
  readonly head: Uint8Array;
  /** With what the next reading begins: the last bytes that were read, for the same purpose. */
  readonly tail: Uint8Array;
  /** All that was read, for a comparison of the whole; undefined before the first bytes. */
  readonly read: (ByteRange & { readonly hash: Hash }) | undefined;
  /** How often the job had been queued again by then. */
  readonly restarts: number;
  /** What the next reading is to compare. */
  readonly compare: ByteRange | undefined;
}

const tailBytes = 64;
const none = new Uint8Array();

export const newPlace = (start: LogStart, restarts: number): LogPlace => ({ start, inode: undefined, head: none, tail: none, read: undefined, restarts, compare: undefined });

/** What was known of the job before a reading. */
export interface JobLook {
  readonly finished: boolean;
  /** How often it had been queued again when it was last seen to run. */
  readonly restarts: number;
}

/** What a reading tells: the bytes that are new, or that the file is no longer the one that was read. */
export type LogNews = { readonly place: LogPlace; readonly offset: number; readonly fresh: Uint8Array } | "replaced";

/** Takes in a reading that was asked for as the place says. Pure. */
export function takeIn(place: LogPlace, { inode, isReplaced, sizeBytes, offset: from, head, bytes, digest }: LogReading & { kind: "read" }, { finished, restarts }: JobLook): LogNews {
  if (sizeBytes < from || !beginsWith(head, place.head) || !beginsWith(bytes, place.tail)) return "replaced";
  if (digest !== undefined && digest !== place.read?.hash.copy().digest("hex")) return "replaced";
  const fresh = bytes.slice(place.tail.length);
  const offset = from + place.tail.length;
  if (fresh.length === 0 && isReplaced) return "replaced";
  const isWritten = fresh.length > 0 || finished;
  // Another run may have written as much, alike at its beginning and where the one before was read: then the whole is compared, once.
  if (isWritten && restarts > place.restarts && place.compare === undefined && place.read !== undefined) return { place: { ...place, compare: place.read }, offset, fresh: none };
  const tail = bytes.slice(-tailBytes);
  // From now on the place is a byte: what "the last lines" are changes with all that is written.
  const start = { offset: from + bytes.length - tail.length };
  return { place: { start, inode: head.length === 0 ? undefined : inode, head: head.slice(0, headBytes), tail, read: addTo(place.read, offset, fresh), restarts: isWritten ? restarts : place.restarts, compare: undefined }, offset, fresh };
}

function addTo(read: LogPlace["read"], offset: number, fresh: Uint8Array): LogPlace["read"] {
  if (fresh.length === 0) return read;
  const { from, hash } = read ?? { from: offset, hash: createHash("sha256") };
  return { from, to: offset + fresh.length, hash: hash.copy().update(fresh) };
}

/** The place in a file that is not there: of one that comes later nothing is left out. */
export const takeInAbsence = (place: LogPlace): LogPlace => ("offset" in place.start ? place : { ...place, start: { offset: 0 } });

const beginsWith = (bytes: Uint8Array, beginning: Uint8Array): boolean => bytes.length >= beginning.length && beginning.every((byte, index) => bytes[index] === byte);
