import { headBytes, type LogReading, type LogStart } from "./log-reading.js";

/** How far a file was read, and by what it is known again. Immutable. */
export interface LogPlace {
  /** Where the next reading begins: a little before what was not read yet. */
  readonly start: LogStart;
  /** With what the file begins: other bytes there mean another file. */
  readonly head: Uint8Array;
  /** With what the next reading begins: the last bytes that were read, for the same purpose. */
  readonly tail: Uint8Array;
}

const tailBytes = 64;
const none = new Uint8Array();

export const newPlace = (start: LogStart): LogPlace => ({ start, head: none, tail: none });

/** What a reading tells: the bytes that are new, or that the file is no longer the one that was read. */
export type LogNews = { readonly place: LogPlace; readonly offset: number; readonly fresh: Uint8Array } | "replaced";

/** Takes in a reading that was begun at `place.start`. Pure. */
export function takeIn(place: LogPlace, { sizeBytes, offset: from, head, bytes }: LogReading & { kind: "read" }): LogNews {
  if (sizeBytes < from || !beginsWith(head, place.head) || !beginsWith(bytes, place.tail)) return "replaced";
  const fresh = bytes.slice(place.tail.length);
  const tail = bytes.slice(-tailBytes);
  // From now on the place is a byte: what "the last lines" are changes with all that is written.
  return { place: { start: { offset: from + bytes.length - tail.length }, head: head.slice(0, headBytes), tail }, offset: from + place.tail.length, fresh };
}

/** The place in a file that is not there: of one that comes later nothing is left out. */
export const takeInAbsence = (place: LogPlace): LogPlace => ("offset" in place.start ? place : { ...place, start: { offset: 0 } });

const beginsWith = (bytes: Uint8Array, beginning: Uint8Array): boolean => bytes.length >= beginning.length && beginning.every((byte, index) => bytes[index] === byte);
