import { expect, it } from "vitest";
import { inParts } from "./batch.js";

it("puts as many commands into a call as fit, in their order", () => {
  const short = ["echo", "x"];
  const half = ["echo", "x".repeat(500_000)];
  const long = ["echo", "x".repeat(2_000_000)];
  expect(inParts([])).toEqual([]);
  expect(inParts([short, short])).toEqual([[short, short]]);
  expect(inParts([half, half, half, short])).toEqual([[half, half], [half, short]]);
  expect(inParts([short, long, short])).toEqual([[short], [long], [short]]);
});
