import { longestTimerMs } from "@hpckit/core";

/** Fires when a time limit is over. A longer one than a timer can keep, be it `Infinity` or the sum of several, is no limit: nobody waits for its end. */
export const limitTimer = (milliseconds: number, onOver: () => void): NodeJS.Timeout | undefined => (milliseconds > longestTimerMs ? undefined : setTimeout(onOver, milliseconds));
