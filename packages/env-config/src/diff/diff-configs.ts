import { isDeepStrictEqual } from "node:util";
import { parseOptions, Secret } from "@hpckit/core";
import { z } from "zod";
import { configSchema } from "../config/config-schema.js";
import type { Config, Explanation } from "../config/config.js";
import { isPlainObject } from "../layer/parsed-layer.js";

/** What one configuration says of a variable. */
export interface DifferenceSide {
  /** Its name among those that are compared, e.g. `staging`. */
  readonly config: string;
  /** Undefined where its schema does not know the variable. */
  readonly explanation: Explanation | undefined;
  /** From 1: sides with the same number have the same value. It tells also whether secrets are the same, which are not shown. */
  readonly variant: number;
}

/** A variable that is not the same everywhere. */
export interface ConfigDifference {
  readonly name: string;
  readonly sides: readonly DifferenceSide[];
}

const configsSchema: z.ZodType<Readonly<Record<string, Config<unknown>>>> = z.record(z.string(), configSchema, { error: "an object of configurations: { dev, prod }" });

/**
 * What differs between configurations, of deployments for instance: `diffConfigs({ dev, staging, prod })`. Only values are
 * compared, not where they are from. Pure.
 */
export function diffConfigs(configs: Readonly<Record<string, Config<unknown>>>): readonly ConfigDifference[] {
  parseOptions(configsSchema, configs, "diffConfigs");
  const names = new Set(Object.values(configs).flatMap((config) => config.names));
  return [...names].flatMap((name) => {
    const sides = sidesOf(name, configs);
    return sides.every(({ variant }) => variant === 1) ? [] : [{ name, sides }];
  });
}

function sidesOf(name: string, configs: Readonly<Record<string, Config<unknown>>>): readonly DifferenceSide[] {
  const variants: unknown[] = [];
  return Object.entries(configs).map(([label, config]) => {
    const explanation = config.names.includes(name) ? config.explain(name) : undefined;
    const value = revealed(explanation?.value);
    const known = variants.findIndex((other) => isDeepStrictEqual(other, value));
    return { config: label, explanation, variant: known === -1 ? variants.push(value) : known + 1 };
  });
}

/** Secrets look alike from outside, so what they hold is compared, wherever they stand. It stays in here. */
function revealed(value: unknown, around: readonly unknown[] = []): unknown {
  if (value instanceof Secret) return { hidden: value.reveal() };
  if (typeof value !== "object" || value === null || around.includes(value)) return value;
  const inner = (part: unknown): unknown => revealed(part, [...around, value]);
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Map) return new Map([...value].map(([name, part]) => [name, inner(part)]));
  if (value instanceof Set) return new Set([...value].map(inner));
  const fields = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inner(part)]));
  return isPlainObject(value) ? fields : { itself: value, fields };
}
