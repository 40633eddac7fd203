import { cancellableShape, parseOptions, type Cancellable } from "@hpckit/core";
import { z } from "zod";

export const plainOptionsSchema = z.strictObject(cancellableShape);

/** Reads the options of a call that can be given up, and has no others. @throws OptionsError */
export const readPlainOptions = (options: Cancellable, subject: string): Cancellable =>
  parseOptions(plainOptionsSchema, options, subject, { timeoutMs: "{ signal: AbortSignal.timeout(ms) } gives up after a time" });
