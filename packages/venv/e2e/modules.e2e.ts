import { compose, prepare, renderScript, run, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { modules } from "../src/index.js";

describe.each(testedSeries)("modules of Lmod, beside Slurm %s", (series) => {
  const folder = workFolder("modules");
  const tell = ["sh", "-c", 'printf "%s %s\\n" "${TOOL-none}" "${LOADEDMODULES-}"'];
  let login: Transport;

  beforeAll(async () => {
    login = await signIn(series);
    await login.mkdir(`${folder}/tool`, { recursive: true });
    for (const version of ["1.0", "1.2"]) await login.writeFile(`${folder}/tool/${version}.lua`, `setenv("TOOL", "${version}")\n`);
    await login.writeFile(`${folder}/broken.lua`, 'load("absent")\n');
  });
  afterAll(async () => {
    await login.remove(folder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  it("are loaded where the start-up file of the site is found by itself, and in a job", async () => {
    const recipe = compose(tell, [modules(["tool/1.0"], { use: [folder], system: "lmod" })]);
    expect((await run(recipe, login)).stdout).toBe("1.0 tool/1.0\n");
    const { text } = renderScript(await prepare(recipe, login));
    const inJob = await login.exec(["srun", "-n1", "bash", "-c", text]);
    expect(inJob.stdout, inJob.stderr).toBe("1.0 tool/1.0\n");
  });

  it("are loaded by their default version, and replaced by a purge", async () => {
    const outer = modules(["tool/1.0"], { use: [folder] });
    expect((await run(compose(tell, [outer, modules(["tool"], { purge: true })]), login)).stdout).toBe("1.2 tool/1.2\n");
  });

  it.each(["absent", "broken"])("stop the launch with a word where %s cannot be loaded", async (name) => {
    const { exitCode, stdout, stderr } = await run(compose(tell, [modules([name], { use: [folder] })]), login);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: "" });
    expect(stderr).toContain(`hpckit: the module ${name} could not be loaded on `);
  });

  it("are told from Tcl modules", async () => {
    const { exitCode, stderr } = await run(compose(tell, [modules(["tool"], { system: "tcl", init: "/usr/share/lmod/lmod/init/bash" })]), login);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("is not of Tcl modules") as string });
  });
});
