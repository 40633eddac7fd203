import { parseDuration, type DurationInput } from "@hpckit/core";
import { z } from "zod";
import { parsedBy } from "./parsed-by.js";

/**
 * A point in time: a date, a text such as `2027-01-02T03:04:05Z` that says its zone, or a time from the submission on.
 * Words such as `16:00`, `tomorrow` or `teatime` are refused: they mean another moment in each time zone.
 */
export type MomentInput = Date | string | { readonly in: DurationInput };

/** A {@link MomentInput} in seconds: since the epoch, or from the submission on. */
export type Moment = { readonly epochSeconds: number } | { readonly secondsFromNow: number };

const withZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** The first second that `uts` takes. */
const earliest = 1_000_000;

/** @throws RangeError, or OptionsError of the duration. */
function parseMoment(input: MomentInput): Moment {
  if (typeof input === "object" && "in" in input) {
    const { seconds } = parseDuration(input.in);
    if (!Number.isFinite(seconds)) throw new RangeError("a time that comes, not unlimited");
    return { secondsFromNow: Math.ceil(seconds) };
  }
  if (typeof input === "string" && !withZone.test(input)) {
    throw new RangeError(`${JSON.stringify(input)} says no time zone: write "2027-01-02T03:04:05Z" or "…+01:00"; for a time from now on { in: "2h" }`);
  }
  const milliseconds = new Date(input).getTime();
  if (Number.isNaN(milliseconds)) throw new RangeError("no such date");
  // Rounded up: not before what was asked.
  const epochSeconds = Math.ceil(milliseconds / 1000);
  if (epochSeconds < earliest) throw new RangeError("Slurm reads no date before 1970-01-13");
  return { epochSeconds };
}

const forms = z.union([z.date(), z.string(), z.strictObject({ in: z.union([z.string(), z.strictObject({ seconds: z.number() })]) })], { error: 'a Date, a text such as "2027-01-02T03:04:05Z", or { in: "2h" }' });

export const momentSchema: z.ZodType<Moment, MomentInput> = parsedBy(forms, parseMoment);

/**
 * Writes a moment so that no time zone and no clock but the login node's matters.
 * @see `uts` and seconds since the epoch: read by every Slurm from 22.05 to 26.05, in no manual page
 */
export const formatMoment = (moment: Moment): string => ("epochSeconds" in moment ? `uts${moment.epochSeconds}` : `now+${moment.secondsFromNow}seconds`);
