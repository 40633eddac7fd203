const warned = new WeakSet<object>();

/**
 * Lets an observer take something down. What it throws, and what a promise that it gives back is rejected with, changes nothing of the work that
 * it is told of: it is said once for each observer, as a warning of the process, and what comes later is not.
 * @param name - whose it is, for people: `the logger of a transport`.
 * @see process.emitWarning; `node --disable-warning=HPCKIT_OBSERVER_FAILED`
 */
export function quietly(observer: object, name: string, act: () => unknown): void {
  const warn = (error: unknown): void => {
    if (warned.has(observer)) return;
    warned.add(observer);
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(`${name} has failed: ${reason}`, {
      type: "HpckitWarning",
      code: "HPCKIT_OBSERVER_FAILED",
      detail: "What it was told of is not changed by it, but what it does with that may be missing. Its later failures are not told.",
    });
  };
  try {
    const given = act();
    if (isThenable(given)) Promise.resolve(given).catch(warn);
  } catch (error) {
    warn(error);
  }
}

/** A callback of the caller's that is called {@link quietly}. */
export const quietCallback =
  <Told extends readonly unknown[]>(name: string, callback: (...told: Told) => unknown): ((...told: Told) => void) =>
  (...told) => quietly(callback, name, () => callback(...told));

/** A promise of whatever library. */
const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof value === "object" && value !== null && "then" in value;
