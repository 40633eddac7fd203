import { z } from "zod";
import { HpckitError, OptionsError } from "../error/index.js";
import { parseDuration, type Duration, type DurationInput } from "../unit/duration.js";
import { parseMemorySize, type MemorySize, type MemorySizeInput } from "../unit/memory-size.js";

/** Turns a parser that throws {@link OptionsError} into a schema that reports. */
function parsedBy<Input, Output>(accepts: z.ZodType<Input>, parse: (input: Input) => Output): z.ZodType<Output, Input> {
  return accepts.transform((input, context) => {
    try {
      return parse(input);
    } catch (error) {
      if (!(error instanceof HpckitError)) throw error;
      const message = error instanceof OptionsError ? error.issues.map((issue) => issue.message).join("; ") : error.message;
      context.addIssue({ code: "custom", message: `${JSON.stringify(input)}: ${message}` });
      return z.NEVER;
    }
  }) as z.ZodType<Output, Input>;
}

export const durationSchema: z.ZodType<Duration, DurationInput> = parsedBy(
  z.union([z.string(), z.strictObject({ seconds: z.number() })], { error: 'a duration is a text such as "4h" or { seconds }' }),
  parseDuration,
);

export const memorySizeSchema: z.ZodType<MemorySize, MemorySizeInput> = parsedBy(
  z.union([z.string(), z.strictObject({ bytes: z.number() })], { error: 'an amount of memory is a text such as "32G" or { bytes }' }),
  parseMemorySize,
);
