import { onAbort } from "@hpckit/core";

/** What is under way for several is given up when all of them have given up. */
export function whenAllAborted(signals: readonly (AbortSignal | undefined)[]): { readonly signal: AbortSignal | undefined; readonly stopListening: () => void } {
  const given = [...new Set(signals)];
  if (given.includes(undefined)) return { signal: undefined, stopListening: () => undefined };
  const all = new AbortController();
  const look = (): void => {
    if (given.every((signal) => signal?.aborted === true)) all.abort(given.at(-1)?.reason);
  };
  const stops = given.map((signal) => onAbort(signal, look));
  return { signal: all.signal, stopListening: () => stops.forEach((stop) => stop()) };
}
