const warned = new WeakSet<object>();

/**
 * Lets an observer take something down. What it throws, and what a promise that it gives back is rejected with, changes nothing of a call: it
 * is said once for each observer, as a warning of the process, and what comes later is not.
 * @see process.emitWarning; `node --disable-warning=HPCKIT_OBSERVER_FAILED`
 */
export function quietly(observer: object, name: "logger" | "tracer", act: () => unknown): void {
  const warn = (error: unknown): void => {
    if (warned.has(observer)) return;
    warned.add(observer);
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(`the ${name} of a transport has failed: ${reason}`, {
      type: "HpckitWarning",
      code: "HPCKIT_OBSERVER_FAILED",
      detail: `Calls are not changed by it, but what this ${name} was told may be missing. Its later failures are not told.`,
    });
  };
  try {
    const given = act();
    if (isThenable(given)) Promise.resolve(given).catch(warn);
  } catch (error) {
    warn(error);
  }
}

/** A promise of whatever library. */
const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof value === "object" && value !== null && "then" in value;
