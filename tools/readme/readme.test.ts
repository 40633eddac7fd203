import { describe, expect, it } from "vitest";
import { needsCluster, pages, readPage } from "./read-examples.js";
import { runPageExample } from "./run-example.js";

describe.each(pages)("%s", (page) => {
  const examples = readPage(page);

  it("opens with an example", () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  // Those that sign in to a cluster are run by tools/e2e.
  it.each(examples.filter((example) => !needsCluster(example)))("shows a program that compiles, runs, and prints what the page says", async ({ code, prints }) => {
    const { exitCode, stdout, stderr } = await runPageExample(code);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    if (prints !== undefined) expect(`${stdout}\n`).toBe(prints);
  });
});
