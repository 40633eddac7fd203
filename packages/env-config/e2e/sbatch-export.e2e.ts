import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { carriedVariables, changedIn, readEnvironment, repeatedlyAsync } from "../../../tools/environment/hostile-variables.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { renderVariables } from "../src/index.js";

describe.each(testedSeries)("sbatch of Slurm %s", (series) => {
  const folder = workFolder(`export ${series}`);
  let login: Transport;
  beforeAll(async () => {
    login = await signIn(series);
    await login.mkdir(folder);
  });
  afterAll(async () => {
    await login.remove(folder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  /** The environment of a job that has ended. */
  async function jobEnvironment(...options: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const argv = ["sbatch", "--wait", "--output=/dev/null", ...options, "/dev/stdin", `${folder}/report`];
    await login.exec(argv, { stdin: '#!/bin/sh\n/bin/cat /proc/self/environ >"$1"\n', check: true });
    return readEnvironment(await login.readFile(`${folder}/report`));
  }

  it.each(["ALL", "NIL"])("brings every value of an --export list after %s, hundreds at a time", async (first) => {
    await repeatedlyAsync(2, async (seed) => {
      const given = carriedVariables("sbatch-export", 600, seed);
      const arrived = await jobEnvironment(`--export=${first},${renderVariables(given, { dialect: "sbatch-export" })}`);
      expect(changedIn(given, arrived)).toEqual([]);
    });
  });

  it("brings every value of an --export-file, a thousand at a time", async () => {
    await repeatedlyAsync(2, async (seed) => {
      const given = carriedVariables("sbatch-export-file", 1000, seed);
      await login.writeFile(`${folder}/file`, renderVariables(given, { dialect: "sbatch-export-file" }));
      expect(changedIn(given, await jobEnvironment("--export=ALL", `--export-file=${folder}/file`))).toEqual([]);
    });
  });
});
