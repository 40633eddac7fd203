import { z } from "zod";
import { parsedBy } from "./parsed-by.js";
import { count, word } from "./plain-values.js";

/** A licence, and how many of it. */
export interface LicenseRequest {
  readonly name: string;
  /** Who serves it, for one that slurmdbd keeps. */
  readonly server?: string | undefined;
  readonly count: number;
}

/** A {@link LicenseRequest} whose count is 1 where it is left out, or a text: `name[@server][:count]`. */
export type LicenseRequestInput = string | (Omit<LicenseRequest, "count"> & { readonly count?: number | undefined });

/** All of these licences, or any one of them (since Slurm 25.05). */
export type LicensesInput = readonly LicenseRequestInput[] | { readonly anyOf: readonly LicenseRequestInput[] };
export type Licenses = readonly LicenseRequest[] | { readonly anyOf: readonly LicenseRequest[] };

export const isChoice = (licenses: Licenses): licenses is { readonly anyOf: readonly LicenseRequest[] } => "anyOf" in licenses;

/** What Slurm's own list separates with. */
const name = word.regex(/^[^:@|]+$/, { error: "no :, @ or |" });

function parseLicense(given: LicenseRequestInput): LicenseRequest {
  if (typeof given !== "string") return { ...given, count: given.count ?? 1 };
  const match = /^([^\s,:@|]+)(?:@([^\s,:@|]+))?(?::(\d+))?$/.exec(given);
  const many = Number(match?.[3] ?? 1);
  if (match?.[1] === undefined || many < 1) throw new RangeError(`${JSON.stringify(given)}: write name[@server][:count], or { name, server, count }`);
  return { name: match[1], ...(match[2] === undefined ? {} : { server: match[2] }), count: many };
}

const forms = 'a list of name[@server][:count] or { name, server, count }, or { anyOf } with such a list';
const one = z.union([z.string(), z.strictObject({ name, server: name.optional(), count: count.optional() })], { error: "name[@server][:count], or { name, server, count }" });
const list = z.array(one).min(1, { error: "no licence: leave it out" });

function parseAll(given: readonly LicenseRequestInput[]): readonly LicenseRequest[] {
  const licenses = given.map(parseLicense);
  if (new Set(licenses.map(keyOf)).size < licenses.length) throw new RangeError("the same licence twice: add them up");
  return licenses;
}

export const licensesSchema: z.ZodType<Licenses, LicensesInput> = parsedBy(z.union([list, z.strictObject({ anyOf: list })], { error: forms }) as z.ZodType<LicensesInput, LicensesInput>, (given) =>
  "anyOf" in given ? { anyOf: parseAll(given.anyOf) } : parseAll(given),
);

const keyOf = ({ name: called, server }: LicenseRequest): string => (server === undefined ? called : `${called}@${server}`);

/** Writes `matlab:2,ansys:1`, or with `|` between for any of them. */
export function formatLicenses(licenses: Licenses): string {
  const write = (all: readonly LicenseRequest[], between: string): string => all.map((license) => `${keyOf(license)}:${license.count}`).join(between);
  return isChoice(licenses) ? write(licenses.anyOf, "|") : write(licenses, ",");
}
