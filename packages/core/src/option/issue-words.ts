import type { z } from "zod";
import { closeMatch } from "./close-match.js";
import { unionWords } from "./union-forms.js";

/** Says what is allowed, where a schema does not say so itself: zod's own texts are for programmers of schemas. Undefined for what is left to them. @param absent - of what should be there. */
export function wordsFor(issue: z.core.$ZodRawIssue, absent = "is missing"): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return typeWords(issue.expected, issue.input, absent);
    case "invalid_value":
      return choiceWords(issue.values, issue.input);
    case "too_small":
      return boundWords(issue.inclusive === false ? "more than" : "at least", issue.minimum, issue);
    case "too_big":
      return boundWords(issue.inclusive === false ? "less than" : "at most", issue.maximum, issue);
    case "invalid_format":
      return formatWords(issue);
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `without ${issue.keys.join(" and ")}`;
    case "invalid_union":
      return Array.isArray(issue.options) ? choiceWords(issue.options, undefined) : unionWords(issue.errors);
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
};

function typeWords(expected: string, input: unknown, absent: string): string {
  const wanted = kinds[expected] ?? withArticle(expected === "date" ? "Date" : expected);
  if (input === undefined) return `${absent}; it takes ${wanted}`;
  return `${wanted}, not ${expected === "int" && Number.isFinite(input) ? "a fraction" : kindWords(input)}`;
}

/** What was given, by its kind alone: it could be a secret. */
export function kindWords(input: unknown): string {
  if (input === undefined) return "nothing";
  if (input === null || typeof input === "boolean" || (typeof input === "number" && !Number.isFinite(input))) return String(input);
  if (Array.isArray(input)) return "a list";
  if (input instanceof Date) return Number.isNaN(input.getTime()) ? "an invalid Date" : "a Date";
  return kinds[typeof input] ?? withArticle(typeof input);
}

const withArticle = (word: string): string => `${/^[aeiou]/i.test(word) ? "an" : "a"} ${word}`;

function choiceWords(values: readonly unknown[], input: unknown): string {
  const listed = values.map((value) => (typeof value === "string" ? JSON.stringify(value) : String(value)));
  const match = typeof input === "string" ? closeMatch(input, values.filter((value) => typeof value === "string")) : undefined;
  return `${listed.length === 1 ? "only" : "one of"} ${listed.join(", ")}${match === undefined ? "" : `; did you mean ${JSON.stringify(match)}?`}`;
}

const counted: Readonly<Record<string, readonly [one: string, many: string]>> = { string: ["character", "characters"], array: ["entry", "entries"], set: ["entry", "entries"], map: ["entry", "entries"] };

function boundWords(comparison: string, bound: number | bigint, { origin, exact }: { readonly origin: string; readonly exact?: boolean | undefined }): string {
  const [one, many] = counted[origin] ?? [];
  const unit = bound === 1 ? one : many;
  const limit = origin === "date" ? new Date(Number(bound)).toISOString() : String(bound);
  return `${exact === true ? "exactly" : comparison} ${limit}${unit === undefined ? "" : ` ${unit}`}`;
}

function formatWords({ format, prefix, suffix, includes, pattern }: { readonly format: string; readonly prefix?: unknown; readonly suffix?: unknown; readonly includes?: unknown; readonly pattern?: unknown }): string | undefined {
  switch (format) {
    case "starts_with":
      return `it begins with ${JSON.stringify(prefix)}`;
    case "ends_with":
      return `it ends with ${JSON.stringify(suffix)}`;
    case "includes":
      return `it contains ${JSON.stringify(includes)}`;
    case "regex":
      return `of the form ${String(pattern)}`;
    default:
      return undefined;
  }
}
