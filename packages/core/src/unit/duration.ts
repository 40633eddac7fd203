import { OptionsError } from "../error/errors.js";

/** A length of time. `seconds` is `Infinity` where Slurm says UNLIMITED. */
export interface Duration {
  readonly seconds: number;
}

/**
 * How a caller writes a duration: with units (`90m`, `1h30m`, `2d`), as Slurm does (`D-HH:MM:SS`, `HH:MM:SS`, `MM:SS`,
 * `D-HH`, `D-HH:MM`, `unlimited`), or as a {@link Duration}. A bare number is refused: Slurm would read minutes.
 */
export type DurationInput = string | Duration;

const secondsOf = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
const withUnits = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const unlimited = /^(?:unlimited|infinite|infinity|-1)$/i;

/** @throws {@link OptionsError} that names the forms which are understood. */
export function parseDuration(input: DurationInput): Duration {
  if (typeof input !== "string") return checked(input.seconds, input);
  const text = input.trim();
  const units = text === "" ? null : withUnits.exec(text);
  if (units !== null) {
    const [days, hours, minutes, seconds] = units.slice(1).map((digits: string | undefined) => Number(digits ?? 0)) as [number, number, number, number];
    return checked(days * secondsOf.d + hours * secondsOf.h + minutes * secondsOf.m + seconds, input);
  }
  if (/^\d+$/.test(text)) throw refused(input, `a unit is missing: "${text}m" for minutes (which Slurm would read), or "${text}s"`);
  return parseSlurmTime(text);
}

/**
 * Reads a time as Slurm writes and accepts it, where a bare number is minutes.
 * Fractions of a second, as in accounting, are kept.
 * @see sbatch(1), `--time`
 * @throws {@link OptionsError} for anything else; negative times too, which Slurm takes for 2982611 days.
 */
export function parseSlurmTime(text: string): Duration {
  const trimmed = text.trim();
  if (unlimited.test(trimmed)) return { seconds: Infinity };
  const withDays = /^(\d+)-(\d+)(?::(\d+)(?::(\d+(?:\.\d+)?))?)?$/.exec(trimmed);
  if (withDays !== null) return fromParts(withDays[1], withDays[2], withDays[3], withDays[4]);
  const clock = /^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(trimmed);
  if (clock !== null) return fromParts(undefined, clock[1], clock[2], clock[3]);
  if (/^\d+$/.test(trimmed)) return fromParts(undefined, undefined, trimmed, undefined);
  throw refused(text, 'write "4h", "90m", "1h30m", "D-HH:MM:SS", "HH:MM:SS" or "unlimited"');
}

/**
 * Writes a duration as Slurm reads it: `D-HH:MM:SS`, or `UNLIMITED`.
 * Parts of a second round up, as Slurm itself rounds up to whole minutes.
 */
export function formatSlurmTime(duration: Duration): string {
  if (duration.seconds === Infinity) return "UNLIMITED";
  const total = Math.ceil(duration.seconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const clock = `${two((total % secondsOf.d) / secondsOf.h)}:${two((total % secondsOf.h) / secondsOf.m)}:${two(total % secondsOf.m)}`;
  return `${Math.floor(total / secondsOf.d)}-${clock}`;
}

function fromParts(days?: string, hours?: string, minutes?: string, seconds?: string): Duration {
  const [d, h, m, s] = [days, hours, minutes, seconds].map((digits) => Number(digits ?? 0)) as [number, number, number, number];
  return { seconds: d * secondsOf.d + h * secondsOf.h + m * secondsOf.m + s };
}

function checked(seconds: number, input: DurationInput): Duration {
  if (Number.isNaN(seconds) || seconds < 0) throw refused(input, "a duration is not negative");
  return { seconds };
}

const refused = (input: DurationInput, message: string): OptionsError =>
  new OptionsError(`duration ${JSON.stringify(input)}`, [{ path: "", message }]);
