/** What is to be done when a signal fires, in the order in which it was said. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Does something once when a signal fires; at once where it has fired already. However many wait for one signal, it has one listener:
 * thousands of waits may share a signal, and Node warns of more than ten listeners.
 * @param act - must not throw.
 * @returns ends the waiting; nothing is left behind then.
 */
export function onAbort(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) {
    act();
    return () => undefined;
  }
  const acts = waiting.get(signal) ?? listen(signal);
  // Its own each time: the same function may be given twice.
  const own = (): void => act();
  acts.add(own);
  return () => void acts.delete(own);
}

function listen(signal: AbortSignal): Set<() => void> {
  const acts = new Set<() => void>();
  waiting.set(signal, acts);
  // Stays for as long as the signal lives: it holds nothing but the set.
  signal.addEventListener("abort", () => {
    acts.forEach((act) => act());
    acts.clear();
  }, { once: true });
  return acts;
}
