import { limitTimer } from "./limit-timer.js";
import { notDone, type Stopping } from "./stopping.js";

/** A time limit that stands still while a person is asked. */
export interface Patience extends Disposable {
  /** Stops the clock; the function starts it again. */
  readonly pause: () => () => void;
}

export function patience(milliseconds: number, onOver: () => void): Patience {
  let left = milliseconds;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  let isDone = false;
  const start = (): void => {
    if (isDone) return;
    since = performance.now();
    timer = limitTimer(left, onOver);
  };
  const stop = (): void => {
    clearTimeout(timer);
    left -= performance.now() - since;
  };
  start();
  return {
    pause() {
      stop();
      return start;
    },
    [Symbol.dispose]() {
      isDone = true;
      clearTimeout(timer);
    },
  };
}

/** Ends what is being stopped once the time is over. */
export const timeLimit = (stop: Stopping, label: string, timeoutMs: number): Patience =>
  patience(timeoutMs, () => stop.stop(notDone(label, timeoutMs)));
