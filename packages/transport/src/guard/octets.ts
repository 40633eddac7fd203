/**
 * Text whose every character is one byte. Scripts are written in it, so that names which are not UTF-8 pass through the
 * same quoting as all else; the shells' own syntax is ASCII.
 */
export type Octets = string;

export const octets = (value: string | Uint8Array): Octets => (typeof value === "string" ? Buffer.from(value, "utf8") : Buffer.from(value)).toString("latin1");

export const fromOctets = (value: Octets): Buffer => Buffer.from(value, "latin1");

/** Why bytes or text cannot be handed to a process as they are, if so. */
export function unfit(value: string | Uint8Array): string | undefined {
  if (typeof value !== "string") return value.includes(0) ? "holds a NUL byte, which no process can receive" : undefined;
  if (value.includes("\0")) return "holds a NUL character, which no process can receive";
  if (/\p{Surrogate}/u.test(value)) return "holds half of a surrogate pair, which has no UTF-8 form";
  return undefined;
}
