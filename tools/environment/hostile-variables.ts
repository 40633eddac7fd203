import fc from "fast-check";
import { DialectError, renderVariables, type EnvironmentDialect } from "@hpckit/env-config";

/** Text with what readers of environment files trip over. */
export const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...Array.from("'\"\\$`!*?[]{}()<>|&;#~=%^-,: \t\n\r\v\f\u001c\u007f\u0080\u0085\u00a0\u00e4\u2028\ufdd0\ufeff\u{1f600}aZ0")), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...Array.from("'\"\\$`!%;# \na")), maxLength: 6 }),
  fc.constantFrom("", " ", "-n", "~", "~root", "*", "$(id)", "`id`", "${HOME}", "$HOME", "$$", "a\\nb", "\\x41", "%(here)s", "%%", "\r\n", "a=b", "A=1,B=2", "x'\"y", "a ;b", "'a'", '"a"', "a\\", "\\\\", "export A=1", "x".repeat(4000)),
  fc.webPath().map((path) => `/data${path}`),
).map((value) => value.replaceAll("\0", "").replaceAll(/\p{Surrogate}/gu, ""));

const hostileName = fc.oneof(
  fc.stringMatching(/^[A-Za-z_]\w{0,12}$/),
  fc.constantFrom("HOME", "USER", "TERM", "LANG", "PYTHONPATH", "MANPATH", "CDPATH", "OMP_NUM_THREADS", "XDG_RUNTIME_DIR", "http_proxy", "NONE", "ALL", "if", "path", "MAILTO", "TZ", "A"),
);

/** Would end or hinder the programs that report the environment. */
const inTheWay = /^(?:PATH|LD_.*|LC_.*|SHELL|ENV|BASH_.*|GLIBC_TUNABLES|GCONV_PATH|NODE_.*|MALLOC_.*)$/;

/**
 * So many random variables that a dialect carries, one in a name each. What it refuses is left out, but never most of it.
 * @param seed - of fast-check, which tells it when a test fails
 */
export function carriedVariables(dialect: EnvironmentDialect, count: number, seed: number): Readonly<Record<string, string>> {
  const drawn = fc.sample(fc.tuple(hostileName, hostileText), { numRuns: count, seed });
  const carried = drawn.filter(([name, value]) => !inTheWay.test(name) && isCarried(dialect, name, value));
  if (carried.length < count / 5) throw new Error(`${dialect} carries ${carried.length} of ${count} variables: the test would show little`);
  return Object.fromEntries(carried);
}

function isCarried(dialect: EnvironmentDialect, name: string, value: string): boolean {
  try {
    renderVariables({ [name]: value }, { dialect });
    return true;
  } catch (error) {
    if (error instanceof DialectError) return false;
    throw error;
  }
}

/** What `env -0` or /proc/self/environ printed. */
export const readEnvironment = (printed: Uint8Array): ReadonlyMap<string, string> =>
  new Map(Buffer.from(printed).toString("utf8").split("\0").filter((entry) => entry.includes("=")).map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));

/** Of the variables that were given, those that arrived otherwise, or not at all. */
export const changedIn = (given: Readonly<Record<string, string>>, arrived: ReadonlyMap<string, string>): readonly { readonly name: string; readonly given: string; readonly arrived: string | undefined }[] =>
  Object.entries(given).filter(([name, value]) => arrived.get(name) !== value).map(([name, value]) => ({ name, given: value, arrived: arrived.get(name) }));

/** Does it with so many random seeds; the one that fails is told. */
export const repeatedly = (times: number, act: (seed: number) => void): void => fc.assert(fc.property(fc.integer(), act), { numRuns: times, endOnFailure: true });

export const repeatedlyAsync = async (times: number, act: (seed: number) => Promise<void>): Promise<void> => fc.assert(fc.asyncProperty(fc.integer(), act), { numRuns: times, endOnFailure: true });
