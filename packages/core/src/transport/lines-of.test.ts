import fc from "fast-check";
import { expect, it } from "vitest";
import { linesOf } from "./lines-of.js";

async function* pieces(texts: readonly string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text);
}
async function read(texts: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(pieces(texts))) lines.push(line);
  return lines;
}

it("gives each line once, wherever the pieces end", async () => {
  expect(await read(["a", "b\nc", "\n\nd"])).toEqual(["ab", "c", "", "d"]);
  expect(await read(["a\n", ""])).toEqual(["a"]);
  expect(await read([])).toEqual([]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom("a", "\n", "ü") })), async (texts) => {
      expect(`${(await read(texts)).join("\n")}\n`).toBe(`${texts.join("").replace(/\n$/, "")}\n`);
    }),
  );
});
