import { z } from "zod";
import type { Config } from "./config.js";

const what = "a configuration as loadConfig gives it";

const isConfig = (given: unknown): boolean => {
  const { names, explain } = (given ?? {}) as Partial<Config<unknown>>;
  return Array.isArray(names) && typeof explain === "function";
};

/** It is told by what it does, as configurations of another install are. */
export const configSchema: z.ZodType<Config<unknown>> = z.custom<Config<unknown>>(isConfig, { error: ({ input }) => (input instanceof Promise ? `${what}, not a promise: await it` : what) });
