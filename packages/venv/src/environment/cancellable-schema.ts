import { cancellableShape, type Cancellable } from "@hpckit/core";
import { z } from "zod";

/** The options of a call that takes nothing but a signal. */
export const cancellableSchema: z.ZodType<Cancellable, Cancellable> = z.strictObject(cancellableShape);
