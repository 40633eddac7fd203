import { z } from "zod";
import type { Logger } from "./logger.js";
import type { CallTracer } from "./tracer.js";

/** Who is told what happens on a transport. Secrets that the transport was handed are replaced in all of it. */
export interface ObserveOptions {
  /** Gets what happens on this transport, and on those that act as other accounts over it. */
  readonly logger?: Logger | undefined;
  /** Makes a span of the connection and of each call: a `Tracer` of `@opentelemetry/api`. */
  readonly tracer?: CallTracer | undefined;
}

const having = (names: readonly string[], value: unknown): boolean => typeof value === "object" && value !== null && names.every((name) => typeof Reflect.get(value, name) === "function");

export const observeShape = {
  logger: z.custom<Logger>((value) => having(["debug", "info", "warn", "error"], value), "not a logger: it has no debug, info, warn and error").optional(),
  tracer: z.custom<CallTracer>((value) => having(["startActiveSpan"], value), "not an OpenTelemetry tracer: it has no startActiveSpan").optional(),
};
