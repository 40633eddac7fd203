import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packageNames, repositoryRoot } from "../config/packages.js";
import { needsCluster, readExamples } from "./read-examples.js";
import { runPageExample } from "./run-example.js";

const pages = ["README.md", ...packageNames.map((name) => `packages/${name}/README.md`)];

describe.each(pages)("%s", (page) => {
  const [opening, ...others] = readExamples(readFileSync(`${repositoryRoot}/${page}`, "utf8"));

  it("opens with an example", () => {
    expect(opening).toBeDefined();
  });

  it.runIf(opening !== undefined && !needsCluster(opening)).each([opening, ...others].filter((each) => each !== undefined))(
    "shows a program that compiles, runs, and prints what the page says",
    async ({ code, prints }) => {
      const { exitCode, stdout, stderr } = await runPageExample(code);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      if (prints !== undefined) expect(`${stdout}\n`).toBe(prints);
    },
  );
});
