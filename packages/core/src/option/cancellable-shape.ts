import { z } from "zod";

/** What the options of every call that can be cancelled have in common: the fields of {@link Cancellable}. */
export const cancellableShape: { readonly signal: z.ZodOptional<z.ZodType<AbortSignal, AbortSignal>> } = { signal: z.instanceof(AbortSignal).optional() };
