import { quietCallback } from "@hpckit/core";

/** So much is kept: what a program says last is why it ended. */
const keptCharacters = 1_048_576;

/** Stderr that goes to the caller as it comes, however much it is. */
export interface SaidTail {
  readonly hear: (text: string) => void;
  /** The end of it, so far. */
  readonly said: () => string;
}

export function saidTail(onStderr?: (text: string) => void): SaidTail {
  const tell = onStderr && quietCallback("onStderr", onStderr);
  let said = "";
  return {
    hear: (text) => {
      said += text;
      // Not with each piece: it copies all that is kept.
      if (said.length > 2 * keptCharacters) said = said.slice(-keptCharacters);
      tell?.(text);
    },
    said: () => said.slice(-keptCharacters),
  };
}
