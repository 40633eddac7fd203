import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../config/packages.js";
import { exampleEnvironment, exampleProgram, weatherRecord } from "../quickstart/src/run-example.js";
import { testCluster, testedSeries } from "./clusters.js";
import { monthlySummary } from "./monthly-summary.js";
import { signIn } from "./sign-in.js";

describe.each(testedSeries)("the daily processing on Slurm %s", (series) => {
  let product: string;
  let printed: string;
  beforeAll(async () => {
    product = await mkdtemp(join(tmpdir(), "product-"));
    const environment = exampleEnvironment(await testCluster(series), product);
    ({ stdout: printed } = await execa("node", ["--conditions=@hpckit/source", "--import=tsx", exampleProgram], { cwd: repositoryRoot, env: environment }));
  });
  afterAll(async () => rm(product, { recursive: true }));

  it("brings home a table that an independent computation confirms, and its plot", async () => {
    expect(await readFile(join(product, "monthly.csv"), "utf8")).toBe(monthlySummary(await readFile(weatherRecord, "utf8")));
    const plot = await readFile(join(product, "monthly.svg"), "utf8");
    expect(plot.match(/<rect/g)).toHaveLength(48);
    expect(plot).toContain("Seattle weather by month");
  });

  it("shows the job's states and log lines, and its accounting", () => {
    expect(printed).toMatch(/PENDING|RUNNING/);
    expect(printed.match(/\d{4}-\d\d: \d+ days/g)).toHaveLength(48);
    expect(printed).toMatch(/completed after \d+ s, exit code 0/);
    expect(printed).toMatch(/peak memory [\d.]+ MB/);
  });

  it("leaves no scratch folder", async () => {
    await using login = await signIn(series);
    expect((await login.list("/shared/scratch")).map(({ name }) => name).filter((name) => String(name).startsWith("daily-processing"))).toEqual([]);
  });
});
