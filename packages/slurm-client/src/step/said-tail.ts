/** So much is kept to be judged: what a program says last is why it ended. */
const keptCharacters = 16_384;

/** Stderr that goes to the caller as it comes. */
export interface SaidTail {
  readonly hear: (text: string) => void;
  /** The end of it, so far. */
  readonly said: () => string;
}

export function saidTail(onStderr: ((text: string) => void) | undefined): SaidTail {
  let said = "";
  return {
    hear: (text) => {
      said = (said + text).slice(-keptCharacters);
      onStderr?.(text);
    },
    said: () => said,
  };
}
