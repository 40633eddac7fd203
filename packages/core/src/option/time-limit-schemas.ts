import { z } from "zod";
import { longestTimerMs } from "../clock/longest-timer.js";

const days = Math.floor(longestTimerMs / 86_400_000);

/** Milliseconds that a timer can wait: at most {@link longestTimerMs}. */
export const millisecondsFrom = (least: number): z.ZodType<number> =>
  z
    .int({ error: `a whole number of milliseconds from ${least} to ${longestTimerMs} (${days} days)` })
    .min(least, { error: `at least ${least} millisecond${least === 1 ? "" : "s"}` })
    .max(longestTimerMs, { error: `at most ${longestTimerMs} milliseconds (${days} days): no timer waits longer` });

/** Milliseconds that a timer can wait, from 1 on. */
export const millisecondsSchema: z.ZodType<number> = millisecondsFrom(1);

/** A time limit in milliseconds; `Infinity` for none. */
export const timeLimitSchema: z.ZodType<number> = z.custom<number>().superRefine((value: unknown, context) => {
  if (value === Infinity) return;
  const parsed = millisecondsSchema.safeParse(value);
  for (const { message } of parsed.error?.issues ?? []) context.addIssue({ code: "custom", message: `${message}; Infinity for no limit` });
});
