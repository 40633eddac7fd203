import { Secret } from "@hpckit/core";
import { showOrigin } from "../explain/show-config.js";
import { showTable } from "../explain/show-table.js";
import { showValue } from "../explain/show-value.js";
import type { ConfigDifference, DifferenceSide } from "./diff-configs.js";

/** Differences for a person to read. Secrets are numbered, so that one sees which are the same, and so is what holds some. Pure. */
export const showDifferences = (differences: readonly ConfigDifference[]): string =>
  differences.length === 0 ? "no difference\n" : showTable([["VARIABLE", "IN", "VALUE", "FROM"], ...differences.flatMap(rowsOf)]);

function rowsOf({ name, sides }: ConfigDifference): readonly (readonly string[])[] {
  const texts = sides.map(valueOf);
  return sides.map((side, index) => {
    const looksAlike = sides.some(({ variant }, other) => variant !== side.variant && texts[other] === texts[index]);
    return [index === 0 ? name : "", side.config, `${texts[index]}${looksAlike ? ` (${side.variant})` : ""}`, showOrigin(side.explanation ?? {}, side.explanation?.value)];
  });
}

function valueOf({ explanation, variant }: DifferenceSide): string {
  if (explanation === undefined) return "(no such variable)";
  return explanation.value instanceof Secret ? `[secret ${variant}]` : showValue(explanation.value);
}
