import { cancellableShape, parseOptions, type Cancellable } from "@hpckit/core";
import { z } from "zod";

const schema: z.ZodType<Cancellable> = z.strictObject(cancellableShape);

/**
 * Options of a call that can be cancelled, and nothing else.
 * @throws OptionsError
 */
export const cancellable = (options: Cancellable, operation: string): Cancellable => parseOptions(schema, options, `options of ${operation}`);
