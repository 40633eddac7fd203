import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { carriedVariables, changedIn, readEnvironment, repeatedlyAsync } from "../../../../tools/environment/hostile-variables.js";
import { startUserSystemd, type UserSystemd } from "../../../../tools/environment/user-systemd.js";
import { renderVariables } from "../../src/index.js";

let systemd: UserSystemd;
beforeAll(async () => {
  systemd = await startUserSystemd();
});
afterAll(async () => systemd[Symbol.asyncDispose]());

describe("an EnvironmentFile of systemd --user", () => {
  it("brings every value to a service, a thousand at a time", async () => {
    const [file, report] = [join(systemd.folder, "environment"), join(systemd.folder, "report")];
    const unit = ["[Unit]", "StartLimitIntervalSec=0", "[Service]", "Type=oneshot", `EnvironmentFile=${file}`, `ExecStart=/bin/cp /proc/self/environ ${report}`];
    await writeFile(join(systemd.units, "report.service"), `${unit.join("\n")}\n`);
    await repeatedlyAsync(5, async (seed) => {
      const given = carriedVariables("systemd", 1000, seed);
      await writeFile(file, renderVariables(given, { dialect: "systemd" }));
      expect(await systemd.systemctl("start", "report.service")).toMatchObject({ exitCode: 0, stderr: "" });
      expect(changedIn(given, readEnvironment(await readFile(report)))).toEqual([]);
    });
  });
});
