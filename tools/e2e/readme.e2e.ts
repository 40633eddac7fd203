import { describe, expect, it } from "vitest";
import { addressTo, needsCluster, pages, printedPattern, readPage } from "../readme/read-examples.js";
import { runPageExample } from "../readme/run-example.js";
import { testCluster, testedSeries } from "./clusters.js";
import { loginOptions } from "./sign-in.js";

const examples = pages.flatMap((page) => readPage(page).filter(needsCluster).map((example) => ({ page, ...example })));

describe.each(testedSeries)("the programs of the READMEs that sign in, on Slurm %s", (series) => {
  const here = examples.filter(({ code }) => series === "newest" || !code.includes("@hpckit/apptainer"));

  it.each(here)("$page: compiles, runs, and prints what the page says", async (example) => {
    const { exitCode, stdout, stderr } = await runPageExample(addressTo(loginOptions(await testCluster(series)), example));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    if (example.prints !== undefined) expect(stdout).toMatch(printedPattern(example.prints));
  });
});
