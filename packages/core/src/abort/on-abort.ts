/** What is to be done when a signal fires, in the order in which it was said. */
const waiting = new WeakMap<AbortSignal, Waiting>();

interface Waiting {
  readonly acts: Set<() => void>;
  readonly fire: () => void;
}

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
  const { acts, fire } = waiting.get(signal) ?? listen(signal);
  // Its own each time: the same function may be given twice.
  const own = (): void => act();
  acts.add(own);
  return () => {
    if (!acts.delete(own) || acts.size > 0) return;
    // Node keeps a composite signal alive for as long as anybody listens to it.
    signal.removeEventListener("abort", fire);
    if (waiting.get(signal)?.acts === acts) waiting.delete(signal);
  };
}

function listen(signal: AbortSignal): Waiting {
  const acts = new Set<() => void>();
  const fire = (): void => {
    acts.forEach((act) => act());
    acts.clear();
  };
  const found = { acts, fire };
  waiting.set(signal, found);
  signal.addEventListener("abort", fire, { once: true });
  return found;
}
