import { text, type Escape } from "./escape.js";

/** Within a string of the template a piece of it, elsewhere a whole value. @see RFC 8259 */
export const escapeJson: Escape = (value, { before }) => text(isInString(before) ? JSON.stringify(String(value)).slice(1, -1) : JSON.stringify(value));

/** Outside of strings JSON has no quotes. */
const isInString = (before: string): boolean => before.replaceAll(/\\./gs, "").split('"').length % 2 === 0;
