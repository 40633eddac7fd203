import { z } from "zod";

/** A name that every shell takes for the name of a variable. */
export const variableNameSchema: z.ZodType<string, string> = z.string().regex(/^[A-Za-z_]\w*$/, { error: "not a name of a variable" });
