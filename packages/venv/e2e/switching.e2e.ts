import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPrune, compose, planPrune, prepare, renderScript, type LiveWork, type PruneOptions, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { ensurePythonEnv, listEnvironments, pythonEnv, switchBack, switchEnvironment, virtualenv, type EnsuredPythonEnv, type PythonEnv } from "../src/index.js";
import { makeWheel } from "./make-wheel.js";

describe.each(testedSeries)("environments side by side, beside Slurm %s", (series) => {
  const root = workFolder("switching");
  let login: Transport;
  let here: string;
  const built: EnsuredPythonEnv[] = [];
  const envOf = (version: string): PythonEnv => pythonEnv({ root: `${root}/venvs`, requirements: { text: `hk_code==${version}\n` }, wheels: here, index: "http://127.0.0.1:9/simple", installer: "pip" });

  beforeAll(async () => {
    login = await signIn(series);
    here = mkdtempSync(join(tmpdir(), "wheels "));
    const versions = ["1.0", "2.0", "3.0"];
    for (const version of versions) makeWheel(here, { name: "hk_code", version, code: `version = ${JSON.stringify(version)}\n` });
    for (const version of versions) built.push(await ensurePythonEnv(envOf(version), login));
  });
  afterAll(async () => {
    rmSync(here, { recursive: true });
    await login.remove(root, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  /** Jobs of this account, by what their scripts name. */
  const live: LiveWork = {
    uses: async (paths) => {
      const script = 'for id in $(squeue --me --noheader --states=all --format=%A); do scontrol write batch_script "$id" - || exit; done';
      const { ok, stdout, stderr } = await login.exec(["sh", "-c", script]);
      return ok ? { kind: "known", used: paths.filter((path) => stdout.includes(path.replaceAll("'", `'\\''`))) } : { kind: "unknown", reason: stderr };
    },
  };
  const options: PruneOptions = { live, unusedFor: { seconds: 0 }, keepNewest: 0 };

  it("are switched under a running job, which keeps its own until it ends; then the old one is pruned", async () => {
    const [first, second, third] = built;
    if (first === undefined || second === undefined || third === undefined) throw new Error("not built");
    const main = { root: `${root}/venvs`, link: "main" };
    await switchEnvironment(login, { ...main, to: first });
    const code = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.2)\nimport hk_code\nprint(hk_code.version)\n";
    const launch = await prepare(compose(["python", "-u", "-c", code], [virtualenv(envOf("1.0"))], { cwd: root }), login);
    await login.writeFile(`${root}/job.sh`, `#!/bin/sh\n${renderScript(launch).text}`);
    const { stdout: job } = await login.exec(["sbatch", "--parsable", "--output=job.out", "--time=10", "job.sh"], { cwd: root, check: true });
    try {
      await switchEnvironment(login, { ...main, to: second });
      expect(await switchEnvironment(login, { ...main, to: third })).toMatchObject({ folder: third.folder, previous: second.folder });
      const now = await login.exec([`${root}/venvs/main/bin/python`, "-c", "import hk_code; print(hk_code.version)"]);
      expect(now.stdout).toBe("3.0\n");

      const meanwhile = await planPrune(login, `${root}/venvs`, options);
      expect(new Map(meanwhile.keep.map(({ folder, because }) => [folder, because]))).toEqual(new Map([[first.folder, "live"], [second.folder, "linked"], [third.folder, "linked"]]));
      expect(await applyPrune(login, meanwhile)).toEqual({ removed: [], kept: [], failed: [] });
    } finally {
      await login.writeFile(`${root}/go`, "");
    }
    const outOf = async (): Promise<string> => new TextDecoder().decode(await login.readFile(`${root}/job.out`).catch(() => new Uint8Array()));
    await expect.poll(outOf, { timeout: 60_000, interval: 500 }).toBe("1.0\n");
    await expect.poll(async () => (await login.exec(["squeue", "--noheader", "--states=all", "--format=%T", "--jobs", job.trim()])).stdout, { timeout: 120_000, interval: 1000 }).toMatch(/^(?:COMPLETED\n)?$/);

    const unknown = await planPrune(login, `${root}/venvs`, { ...options, live: { uses: async () => Promise.resolve({ kind: "unknown", reason: "no answer" }) } });
    expect(unknown.remove).toEqual([]);
    const ended: LiveWork = { uses: async () => Promise.resolve({ kind: "known", used: [] }) };
    const plan = await planPrune(login, `${root}/venvs`, { ...options, live: ended });
    expect(plan.remove.map(({ folder }) => folder)).toEqual([first.folder]);
    expect(plan.freedBytes).toBeGreaterThan(1_000_000);
    expect((await listEnvironments(login, `${root}/venvs`)).environments).toHaveLength(3);
    expect((await applyPrune(login, plan)).removed).toHaveLength(1);

    expect(await switchBack(login, main)).toMatchObject({ folder: second.folder, previous: third.folder });
    const { environments, links } = await listEnvironments(login, `${root}/venvs`);
    expect(links).toEqual([{ name: "main", folder: second.folder, state: "whole" }, { name: "main.previous", folder: third.folder, state: "whole" }]);
    expect(environments.map(({ folder, madeBy, pythonVersion }) => [folder, madeBy, pythonVersion]).sort()).toEqual([second, third].map((each) => [each.folder, login.target.user, each.pythonVersion]).sort());
    await expect(switchEnvironment(login, { ...main, to: first })).rejects.toMatchObject({ code: "environment-missing" });
    expect(await ensurePythonEnv(envOf("1.0"), login)).toMatchObject({ outcome: "built-from-wheels" });
  });
});
