import { OptionsError, type RemotePath } from "@hpckit/core";
import { octets, unfit, type Octets } from "../guard/octets.js";

/**
 * A path as a word that no program takes for an option: a relative one begins with `./`. Slashes at its end are dropped,
 * because they would follow a link.
 * @throws OptionsError for what cannot be a path.
 */
export function pathWord(path: RemotePath): Octets {
  const reason = typeof path !== "string" && !isBytes(path) ? "is neither text nor bytes" : path.length === 0 ? "is empty" : unfit(path);
  if (reason !== undefined) throw new OptionsError("path", [{ path: "", message: `it ${reason}` }]);
  const word = octets(path).replace(/(?<=.)\/+$/s, "");
  return word.startsWith("/") ? word : `./${word}`;
}

/** The folder in which a path stands. */
export function parentOf(word: Octets): Octets {
  const end = word.lastIndexOf("/");
  return end === 0 ? "/" : word.slice(0, end);
}

/** A path for a message. */
export const shownPath = (path: unknown): string => (isBytes(path) ? Buffer.from(path).toString("utf8") : String(path));

/** Programs in plain JavaScript may give anything. */
const isBytes = (path: unknown): path is Uint8Array => path instanceof Uint8Array;
