import { OptionsError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { holdsItself } from "../../layer/parsed-layer.js";
import { renderTemplate } from "../render-template.js";

const place = "${V}";
const piece = fc.constantFrom(place, place, place, "a", "b c", "- ", "? ", ": ", ":", ", ", ",", "[", "]", "{", "}", "\n", "\n", "\n  ", "\n    ", "k: ", "\nk: ", "\n  k: ", "\n- ", "\n  - ", "- k: ", "'", '"', "\"q\": ", "'q': ", " # c", "#", "|\n", "| # c\n  ", ">-\n    ", "&x ", "!!str ", "*x", "--- ", "\n--- |\n", "\t", " ", "\\\\", "''", "-", "?", "\n\n", "k:");
const template = fc.oneof(fc.array(piece, { minLength: 1, maxLength: 9 }), fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => ["k: 1\nl: ", ...pieces])).map((pieces) => pieces.join("")).filter((text) => text.includes(place));
const hostile = fc.constantFrom("", "x", " x ", "a: b", "a #b", "- a", "'", '"', "it's", "x, y", "]", "}", "\\", "*a", "|", "true", "\t", "é", "x\ny", "---");

describe("a placeholder in a file of YAML", () => {
  it("holds what stands there and nothing else, wherever a template has it, or is refused", () => {
    let filled = 0;
    fc.assert(
      fc.property(template, hostile, (given, value) => {
        const plain = read(given, "vvv");
        if (plain === undefined) return;
        const text = rendered(given, value);
        if (text === undefined) return;
        filled++;
        expect(parsed(text), text).toEqual(replaced(plain, value));
      }),
      { numRuns: 30_000 },
    );
    expect(filled).toBeGreaterThan(500);
  });

  it("is refused behind quotes that go on too far left, which some readers take for closed", () => {
    expect(rendered("k: 1\nl: '''\n${V}'q': ", "")).toBeUndefined();
    expect(rendered("l: 'a\n  ${V}'", "x")).toBe("l: 'a\n  x'");
  });

  it.each(["'", '"'])("is refused if nothing comes between the blanks of a line within %s, which a reader drops at its ends", (quote) => {
    expect(rendered(`${quote}\n  k: ${place}\n\n${quote}`, "")).toBeUndefined();
    expect(rendered(`k: ${quote} ${place}${quote}`, "")).toBe(`k: ${quote} ${quote}`);
  });
});

/** What the file says with a harmless value. */
const read = (given: string, value: string): unknown => {
  const text = rendered(given, value);
  return text === undefined ? undefined : parsed(text);
};

function rendered(given: string, value: string): string | undefined {
  try {
    return renderTemplate(given, { V: value }, { escape: "yaml" });
  } catch (error) {
    if (error instanceof OptionsError) return undefined;
    throw error;
  }
}

function parsed(text: string): unknown {
  const document = parseDocument(text, { logLevel: "silent", stringKeys: true, uniqueKeys: false });
  if (document.errors.length > 0) return undefined;
  try {
    const value = document.toJS() as unknown;
    return holdsItself(value) ? undefined : value; // by an alias within its own anchor
  } catch {
    return undefined;
  }
}

function replaced(value: unknown, by: string): unknown {
  if (typeof value === "string") return value.replaceAll("vvv", () => by);
  if (Array.isArray(value)) return value.map((each) => replaced(each, by));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.replaceAll("vvv", () => by), replaced(each, by)]));
}
