import { z } from "zod";
import { OptionsError, type OptionsIssue } from "../error/errors.js";
import { closeMatch } from "./close-match.js";
import { wordsFor } from "./issue-words.js";
import { formMeant, keysOfNone, unionWords } from "./union-forms.js";

/** More names than this would hide what is wrong. */
const mostListed = 30;

/**
 * Validates what a caller gave, once, at the public edge.
 * @param subject - what it is, for the message, e.g. `job spec`.
 * @param instead - what to say of an option that is often looked for here and is not there, by its name.
 * @throws {@link OptionsError} that lists everything wrong at once; an unknown option names the close match.
 */
export function parseOptions<Value>(schema: z.ZodType<Value>, input: unknown, subject: string, instead: Readonly<Record<string, string>> = {}): Value {
  const parsed = schema.safeParse(input, { error: (issue) => wordsFor(issue, input === undefined ? "nothing was given" : "is missing") });
  if (parsed.success) return parsed.data;
  throw new OptionsError(subject, parsed.error.issues.flatMap((issue) => describeIssue(issue, schema, instead)));
}

function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType, instead: Readonly<Record<string, string>>): readonly OptionsIssue[] {
  const path = issue.path.map(String);
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path: path.join("."), message }));
  if (issue.code === "unrecognized_keys") return describeKeys(issue.keys, { path, schema, instead });
  if (issue.code !== "invalid_union" || issue.message !== unionWords(issue.errors)) return [{ path: path.join("."), message: issue.message }];
  // The schema says nothing of its own: it is told by the form that was meant.
  const unknown = keysOfNone(issue.errors);
  if (unknown.length > 0) return describeKeys(unknown, { path, schema, instead });
  const meant = formMeant(issue.errors)?.flatMap((each) => describeIssue({ ...each, path: [...issue.path, ...each.path] }, schema, instead));
  return meant ?? [{ path: path.join("."), message: issue.message }];
}

interface Place {
  readonly path: readonly string[];
  readonly schema: z.ZodType;
  readonly instead: Readonly<Record<string, string>>;
}

function describeKeys(keys: readonly string[], { path, schema, instead }: Place): readonly OptionsIssue[] {
  const known = knownKeys(schema, path);
  return keys.map((key) => {
    // Of a union, zod tells a form that has not the key rather than one that has it, with another value.
    if (known.includes(key)) return { path: [...path, key].join("."), message: "has a wrong value, or does not go with the others" };
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
