import { OptionsError } from "../error/errors.js";

/** An amount of memory, in bytes. Slurm's units are powers of 1024. */
export interface MemorySize {
  readonly bytes: number;
}

/** How a caller writes memory: `32G`, `500M`, `1.5T`, `64GiB`, or as a {@link MemorySize}. A bare number is refused: Slurm would read megabytes. */
export type MemorySizeInput = string | MemorySize;

const bytesOf = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4, P: 1024 ** 5 } as const;
type Unit = keyof typeof bytesOf;
const form = /^(\d+(?:\.\d+)?)\s*([KMGTP])(?:i?B)?$/i;

/**
 * Reads memory as Slurm writes and accepts it; fractions, as in `62.50G`, only appear in what it prints.
 * @see sbatch(1), `--mem`
 * @throws {@link OptionsError} for anything else; also for a number without a unit: that is megabytes in what a user writes for Slurm, and bytes or megabytes in what it prints.
 */
export function parseMemorySize(input: MemorySizeInput): MemorySize {
  if (typeof input !== "string") return checked(input.bytes, input);
  const text = input.trim();
  // In every unit the same; whoever takes no 0 says why.
  if (text === "0") return { bytes: 0 };
  if (/^\d+(?:\.\d+)?$/.test(text)) throw refused(input, `a unit is missing: "${text}M" for megabytes (which Slurm would read), or "${text}G"`);
  const [, amount, unit] = form.exec(text) ?? [];
  if (unit === undefined) throw refused(input, 'write "32G", "500M" or "1.5T"');
  return checked(Math.round(Number(amount) * bytesOf[unit.toUpperCase() as Unit]), input);
}

/** Writes memory as Slurm reads it: a whole number in the largest unit that fits exactly, rounded up to 1 KiB. */
export function formatSlurmMemory(size: MemorySize): string {
  const kibibytes = Math.ceil(size.bytes / bytesOf.K);
  const exact = (["T", "G", "M"] as const).find((unit) => kibibytes > 0 && kibibytes % (bytesOf[unit] / bytesOf.K) === 0);
  return exact === undefined ? `${kibibytes}K` : `${kibibytes / (bytesOf[exact] / bytesOf.K)}${exact}`;
}

function checked(bytes: number, input: MemorySizeInput): MemorySize {
  if (!Number.isFinite(bytes) || bytes < 0) throw refused(input, "an amount of memory is not negative");
  return { bytes };
}

const refused = (input: MemorySizeInput, message: string): OptionsError =>
  new OptionsError(`memory ${JSON.stringify(input)}`, [{ path: "", message }]);
