import { expect, it } from "vitest";
import { z } from "zod";
import { parseOptions } from "./parse-options.js";

it.each<[schema: z.ZodType, given: unknown, words: string]>([
  [z.string(), 5, "a text, not a number"],
  [z.string(), undefined, "is missing; it takes a text"],
  [z.number(), "5 s", "a number, not a text"],
  [z.number(), Infinity, "a number, not Infinity"],
  [z.int(), 1.5, "a whole number, not a fraction"],
  [z.int(), NaN, "a number, not NaN"],
  [z.boolean(), null, "true or false, not null"],
  [z.array(z.string()), { a: 1 }, "a list, not an object"],
  [z.strictObject({}), ["a"], "an object, not a list"],
  [z.record(z.string(), z.string()), false, "an object, not false"],
  [z.date(), "yesterday", "a Date, not a text"],
  [z.date(), new Date(NaN), "a Date, not an invalid Date"],
  [z.instanceof(AbortSignal), () => 1, "an AbortSignal, not a function"],
  [z.enum(["login", "step"]), "logn", 'one of "login", "step"; did you mean "login"?'],
  [z.enum(["login", "step"]), 5, 'one of "login", "step"'],
  [z.literal(true), false, "only true"],
  [z.number().nonnegative(), -1, "at least 0"],
  [z.int().positive(), 0, "more than 0"],
  [z.int().max(7), 8, "at most 7"],
  [z.number().lt(7), 8, "less than 7"],
  [z.string().min(1), "", "at least 1 character"],
  [z.string().length(2), "abc", "exactly 2 characters"],
  [z.array(z.int()).min(2), [1], "at least 2 entries"],
  [z.date().min(new Date(0)), new Date(-1), "at least 1970-01-01T00:00:00.000Z"],
  [z.string().startsWith("/"), "x", 'it begins with "/"'],
  [z.string().endsWith("/"), "x", 'it ends with "/"'],
  [z.string().includes("@"), "x", 'it contains "@"'],
  [z.string().regex(/^[a-z]+$/), "X", "of the form /^[a-z]+$/"],
  [z.number().multipleOf(5), 3, "a multiple of 5"],
  [z.union([z.literal(false), z.strictObject({ failures: z.int() })]), "x", "only false, or an object, not a text"],
  [z.string({ error: "the name of a node" }), 5, "the name of a node"],
])("what a schema does not say is said in plain words: %#", (schema, given, words) => {
  expect(() => parseOptions(z.strictObject({ field: schema }), { field: given }, "options")).toThrow(`options: field: ${words}`);
  expect(() => parseOptions(z.strictObject({ field: schema }), { field: given }, "options")).not.toThrow(/[Ii]nvalid input|expected|received|Too (small|big)/);
});

it("a kind that there is not is told by those that there are", () => {
  const image = z.discriminatedUnion("kind", [z.strictObject({ kind: z.literal("sif") }), z.strictObject({ kind: z.literal("oci") })]);
  expect(() => parseOptions(image, { kind: "zip" }, "image")).toThrow('image: kind: one of "sif", "oci"');
});
