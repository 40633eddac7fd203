import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { carriedVariables, changedIn, readEnvironment } from "../../../tools/environment/hostile-variables.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { renderVariables } from "../src/index.js";

describe.each(testedSeries)("cron beside Slurm %s", (series) => {
  const folder = workFolder(`crontab ${series}`);
  let login: Transport;
  beforeAll(async () => {
    login = await signIn(series);
    await login.mkdir(folder);
  });
  afterAll(async () => {
    await login.exec(["crontab", "-r"]);
    await login.remove(folder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  it("brings every value to the command of an entry, hundreds in one crontab", async () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const given = carriedVariables("crontab", 2000, seed);
    await login.writeFile(`${folder}/report`, '[ -e "$0.done" ] || { /bin/cat /proc/self/environ >"$0.new"; /bin/mv "$0.new" "$0.done"; }\n');
    const crontab = `${renderVariables(given, { dialect: "crontab" })}* * * * * /bin/sh "${folder.replaceAll("%", "\\%")}/report"\n`;
    await login.exec(["crontab", "-"], { stdin: crontab, check: true });
    await expect.poll(async () => login.stat(`${folder}/report.done`), { timeout: 100_000, interval: 500 }).toBeDefined();
    expect({ seed, changed: changedIn(given, readEnvironment(await login.readFile(`${folder}/report.done`))) }).toEqual({ seed, changed: [] });
  });
});
