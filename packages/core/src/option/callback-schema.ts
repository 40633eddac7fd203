import { z } from "zod";

/** A function of the caller's, among options. @param error - what is said of anything else. */
export const callbackSchema = <Callback>(error = "not a function"): z.ZodType<Callback, Callback> => z.custom<Callback>((value) => typeof value === "function", error);
