import { parseOptions } from "@hpckit/core";
import { configSchema } from "../config/config-schema.js";
import type { Config, Explanation } from "../config/config.js";
import { describeOrigin } from "../config/config-error.js";
import { showTable } from "./show-table.js";
import { showValue } from "./show-value.js";

/**
 * A whole configuration for a person to read: every variable with its value, where that is from, and what it overrode.
 * Secrets are hidden. Pure.
 */
export function showConfig(config: Config<unknown>): string {
  const { names } = parseOptions(configSchema, config, "showConfig");
  return showTable([["VARIABLE", "VALUE", "FROM"], ...names.flatMap((name) => rowsOf(config.explain(name)))]);
}

function rowsOf({ name, value, folders, overrode, ...explanation }: Explanation): readonly (readonly string[])[] {
  return [
    [name, showValue(value), showOrigin(explanation, value)],
    ...("written" in explanation && typeof explanation.written === "string" && explanation.written.includes("${") ? [["", `  written ${showValue(explanation.written)}`, ""]] : []),
    ...(folders ?? []).map(({ folder, ...origin }) => ["", `  ${showValue(folder)}`, describeOrigin(origin)]),
    ...overrode.map(({ value: overridden, ...origin }) => ["", `  over ${showValue(overridden)}`, describeOrigin(origin)]),
  ];
}

/** Where a value is from, as a table says it. */
export const showOrigin = ({ layer, file, line }: Partial<Omit<Explanation, "name" | "value">>, value: unknown): string =>
  layer === undefined ? (value === undefined ? "" : "the schema's default") : describeOrigin({ layer, file, line });
