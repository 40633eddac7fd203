import { setTimeout as delay } from "node:timers/promises";
import { orAborted } from "../guard/stopping.js";

/** So many at a time, in the order in which they asked. */
export interface ChannelWindow {
  /** Takes a place; the function gives it back, and may be called more than once. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Waits until a place is given back, or the time is over. */
  change(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Places taken. */
  readonly taken: number;
}

export function channelWindow(size: number): ChannelWindow {
  const queue: (() => void)[] = [];
  const watchers = new Set<() => void>();
  let taken = 0;

  const place = (): (() => void) => {
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const next = queue.shift();
      // A place that someone waits for changes hands and is never free in between.
      if (next === undefined) taken--;
      else next();
      for (const notice of watchers) notice();
      watchers.clear();
    };
  };

  return {
    get taken() {
      return taken;
    },
    async enter(signal) {
      signal.throwIfAborted();
      if (taken < size) {
        taken++;
        return place();
      }
      let admit: () => void = () => undefined;
      const turn = new Promise<void>((resolve) => (admit = resolve));
      queue.push(admit);
      try {
        await orAborted(turn, signal);
        return place();
      } catch (error) {
        const position = queue.indexOf(admit);
        if (position === -1) place()();
        else queue.splice(position, 1);
        throw error;
      }
    },
    async change(milliseconds, signal) {
      await orAborted(Promise.race([new Promise<void>((resolve) => watchers.add(resolve)), delay(milliseconds)]), signal);
    },
  };
}
