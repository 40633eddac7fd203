import { z } from "zod";
import { OptionsError, type OptionsIssue } from "../error/errors.js";
import { closeMatch } from "./close-match.js";
import { wordsFor } from "./issue-words.js";

/** More names than this would hide what is wrong. */
const mostListed = 30;

/**
 * Validates what a caller gave, once, at the public edge.
 * @param subject - what it is, for the message, e.g. `job spec`.
 * @param instead - what to say of an option that is often looked for here and is not there, by its name.
 * @throws {@link OptionsError} that lists everything wrong at once; an unknown option names the close match.
 */
export function parseOptions<Value>(schema: z.ZodType<Value>, input: unknown, subject: string, instead: Readonly<Record<string, string>> = {}): Value {
  const parsed = schema.safeParse(input, { error: wordsFor });
  if (parsed.success) return parsed.data;
  throw new OptionsError(subject, parsed.error.issues.flatMap((issue) => describeIssue(issue, schema, instead)));
}

function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType, instead: Readonly<Record<string, string>>): readonly OptionsIssue[] {
  const path = issue.path.map(String);
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path: path.join("."), message }));
  if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), message: issue.message }];
  const known = knownKeys(schema, path);
  return issue.keys.map((key) => {
    const match = closeMatch(key, known);
    const next = instead[key] ?? (match === undefined ? listKnown(known) : `did you mean "${match}"?`);
    return { path: [...path, key].join("."), message: `unknown option; ${next}` };
  });
}

const listKnown = (known: readonly string[]): string => (known.length > mostListed ? `its type lists the ${known.length} that there are` : `known are ${known.join(", ")}`);

/** The keys that an object schema knows at a path. Schemas are looked through, not only at: optional, default, piped. */
function knownKeys(schema: z.core.$ZodType, path: readonly string[]): readonly string[] {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
    const [first, ...rest] = path;
    if (first === undefined) return Object.keys(shape);
    const next = shape[first];
    return next === undefined ? [] : knownKeys(next, rest);
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault || schema instanceof z.ZodReadonly) {
    return knownKeys(schema.def.innerType, path);
  }
  if (schema instanceof z.ZodPipe) return knownKeys(schema.def.in, path);
  if (schema instanceof z.ZodArray) return knownKeys(schema.element, path.slice(1));
  if (schema instanceof z.ZodRecord) return knownKeys(schema.def.valueType, path.slice(1));
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((option) => knownKeys(option, path)))];
  return [];
}
