import { compose, run, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { describeSite, loadConfig, parseSiteProfile, pathList, renderSiteDraft, variables } from "../src/index.js";

describe.each(testedSeries)("a site with Slurm %s", (series) => {
  let login: Transport;

  beforeAll(async () => {
    login = await signIn(series);
  });
  afterAll(async () => login[Symbol.asyncDispose]());

  it("is drafted from what it says of itself, and the draft is a profile", async () => {
    const draft = await describeSite(login);
    const { profile, questions } = draft;
    const version = (await login.exec(["sbatch", "--version"], { check: true })).stdout.trim();
    expect(profile).toMatchObject({
      name: profile.slurm?.cluster,
      slurm: { accounting: true },
      partitions: { default: "standard" },
      login: { hosts: [login.target.host], umask: expect.stringMatching(/^0?0[0-7]{2}$/) as string },
      home: { path: "$HOME" },
    });
    expect(version).toContain(profile.slurm?.version);
    // A command over SSH finds Slurm here by itself.
    expect(profile.slurm?.binFolder).toBeUndefined();
    expect((await login.exec([profile.python?.program ?? "", "--version"], { check: true })).stdout).toBe(`Python ${profile.python?.version}\n`);
    const open = new Map(questions.map(({ field, question }) => [field, question]));
    expect(open.get("mpi.type")).toMatch(/offers .*pmi2/);
    expect(open.get("partitions.test")).toMatch(/standard, dev/);
    expect(open.get("scratch.path")).toContain("/shared/scratch");
    for (const field of ["scratch.purgeAfterDays", "login.secondFactor", "nodes.network"]) expect(open.get(field)).toBeDefined();
    expect(await parseSiteProfile(renderSiteDraft(draft))).toEqual(profile);
  });

  it("has the engine and its binds, where there is one", async () => {
    const { profile, questions } = await describeSite(login, { name: "mine" });
    const engine = (await login.exec(["sh", "-c", "command -v apptainer"])).stdout.trim();
    if (engine === "") {
      expect(profile.engine).toBeUndefined();
      expect(questions.map(({ field }) => field)).toContain("engine.program");
      return;
    }
    expect(profile.engine).toMatchObject({ program: engine, binds: expect.arrayContaining([{ source: "/etc/localtime" }, { source: "/etc/hosts" }]) as unknown });
    expect((await login.exec([engine, "--version"], { check: true })).stdout.trim()).toBe(profile.engine?.version);
  });

  it("has programs found where a list of folders says, before and behind its own", async () => {
    const schema = z.object({ PATH: pathList() });
    const config = await loadConfig({ schema, layers: [{ name: "site", values: { PATH: { append: "/opt/it's last" } } }, { name: "user", values: { PATH: { prepend: "/opt/a b" } } }] });
    const bare = (await login.exec(["sh", "-c", 'printf %s "$PATH"'], { check: true })).stdout;
    expect((await run(compose(["sh", "-c", 'printf %s "$PATH"'], [variables(config)]), login)).stdout).toBe(`/opt/a b:${bare}:/opt/it's last`);
    const inJob = await run(compose(["srun", "-n1", "sh", "-c", 'printf %s "$PATH"'], [variables(config)]), login);
    expect(inJob.stdout, inJob.stderr).toMatch(/^\/opt\/a b:.*:\/opt\/it's last$/);
  });
});
