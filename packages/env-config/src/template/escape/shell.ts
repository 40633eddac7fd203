import { quote } from "@hpckit/core";
import { refused, text, type Escape } from "./escape.js";
import { shellPlace } from "./shell-place.js";

/** A value in a script for sh, dash or bash: always text of the word in which it stands, and never expanded. */
export const escapeShell: Escape = (value, { before, after }) => {
  const given = String(value);
  // Else $NAME before it would become another name.
  const continuesName = /\$[A-Za-z_]\w*$/.test(before) && /^\w/.test(given);
  const place = shellPlace(before);
  switch (place.kind) {
    case "bare":
      // Before < and > bare digits would be the number of a file descriptor.
      return text(isBare(given) && (continuesName || (/^\d+$/.test(given) && /^[<>]/.test(after))) ? `'${given}'` : quote(given));
    case "double":
      return text(`${continuesName ? '""' : ""}${given.replaceAll(/["$\\`]/g, String.raw`\$&`)}`);
    case "single":
      return text(given.replaceAll("'", String.raw`'\''`));
    case "comment":
      return given.includes("\n") ? refused("holds a line break, which would end the comment") : text(given);
    case "unknown":
      return refused(place.reason);
  }
};

const isBare = (word: string): boolean => quote(word) === word;
