import { constants } from "node:os";

/** How a command ended: exactly one of the two is known. */
export type CommandEnd = { readonly exitCode: number; readonly signal: undefined } | { readonly exitCode: undefined; readonly signal: string };

/**
 * Reads what awk's `system()` returned.
 *
 * A death by signal is 256 + its number, 512 + with a core dump (gawk from 4.2, mawk), or the raw wait status divided
 * by 256 (gawk before 4.2, the original awk), which is then no whole number.
 * @returns `undefined` for anything else: nothing is guessed.
 * @see gawk manual, Input/Output Functions, `system`
 */
export function parseCommandEnd(text: string): CommandEnd | undefined {
  if (!/^\d+(?:\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) return value < 1 ? bySignal(Math.round(value * 256) & 0x7f) : undefined;
  if (value < 256) return { exitCode: value, signal: undefined };
  return bySignal(value < 512 ? value - 256 : value - 512);
}

const names = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

function bySignal(number: number): CommandEnd | undefined {
  if (number < 1 || number > 64) return undefined;
  return { exitCode: undefined, signal: names.get(number) ?? `SIG${String(number)}` };
}
