import type { z } from "zod";

/** Schemas of a group's fields, one for each: a field that is added or changed on one side alone does not compile. */
export type Shape<Fields, Input> = { readonly [Key in keyof Fields & keyof Input]-?: z.ZodOptional<z.ZodType<NonNullable<Fields[Key]>, NonNullable<Input[Key]>>> };

/** Fields as they are kept: those of `Changes` have become values with units, the others are as they were written. */
export type Checked<Input, Changes> = { readonly [Key in keyof Input]: Key extends keyof Changes ? Changes[Key] | undefined : Input[Key] };
