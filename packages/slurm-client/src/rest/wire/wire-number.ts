import { z } from "zod";

/** A number as slurmrestd gives it, read; undefined where it has none. */
export type WireNumber = number | undefined;

/** Slurm's words for "none" and "no limit" where a plain number leaks them, in 16, 32 and 64 bits (as far as JSON carries those). @see slurm/slurm.h, NO_VAL, INFINITE */
const noValue: ReadonlySet<number> = new Set([-2, 0xfffe, 0xffff_fffe, 2 ** 64 - 2]);
const infinite: ReadonlySet<number> = new Set([0xffff, 0xffff_ffff, 2 ** 64 - 1]);

/** Plain, null, or `{ set, infinite, number }`, from version to version and field to field. Anything else is no number. */
export const wireNumber: z.ZodType<WireNumber> = z
  .union([z.number().nullish(), z.looseObject({ set: z.boolean().nullish(), infinite: z.boolean().nullish(), number: z.number().nullish() })])
  .transform((value) => {
    if (typeof value !== "object" || value === null) return plain(value);
    if (value.infinite === true) return Infinity;
    return value.set === false ? undefined : plain(value.number);
  })
  .catch(undefined);

function plain(value: number | null | undefined): WireNumber {
  if (value === null || value === undefined || noValue.has(value)) return undefined;
  return infinite.has(value) ? Infinity : value;
}

/** A number of which 0 says that there is none: times, counts. */
export const positive = (value: WireNumber): WireNumber => (value === undefined || value <= 0 || value === Infinity ? undefined : value);

/** The id of a job; what is no such number is none. */
export const jobIdOf = (value: WireNumber): WireNumber => (value !== undefined && Number.isSafeInteger(value) && value > 0 ? value : undefined);

/** Text, which some versions leave out where it is empty. */
export const wireText: z.ZodType<string | undefined> = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === undefined || text === "" ? undefined : text))
  .catch(undefined);
