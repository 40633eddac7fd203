import { OptionsError } from "@hpckit/core";
import { z } from "zod";

/** Turns a parser that throws RangeError or OptionsError into a schema that reports. */
export const parsedBy = <Input, Output>(accepts: z.ZodType<Input, Input>, parse: (input: Input) => Output): z.ZodType<Output, Input> =>
  accepts.transform((input, context) => {
    try {
      return parse(input);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof OptionsError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });
