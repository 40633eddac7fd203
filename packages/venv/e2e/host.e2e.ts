import { AbortedError, compose, run, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { ensurePythonEnv, pythonEnv, virtualenv, type PythonEnvInput } from "../src/index.js";
import { exampleWheels } from "./example-wheels.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";

describe.each(testedSeries)("on the login node's own Python, beside Slurm %s", (series) => {
  const root = workFolder("venvs");
  const given: PythonEnvInput = { root, requirements: { text: "svg.py==1.10.0\n" }, wheels: exampleWheels };
  let login: Transport;

  beforeAll(async () => {
    login = await signIn(series);
  });
  afterAll(async () => {
    await login.remove(root, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  it("builds once and finds it then, and a command uses it on the login node and in a job", async () => {
    const env = pythonEnv(given);
    const built = await ensurePythonEnv(env, login);
    expect(built.outcome).toMatch(/^built-from-/);
    expect(await ensurePythonEnv(env, login)).toEqual({ ...built, outcome: "found" });

    const recipe = compose(["python", "-c", "import svg, sys; print(sys.prefix); print(svg.__file__)"], [virtualenv(env)]);
    const expected = new RegExp(`^${built.folder}\n${built.folder}/lib/python3[^/]*/site-packages/svg/__init__.py\n$`);
    expect((await run(recipe, login)).stdout).toMatch(expected);
    const program = await login.exec(["srun", "-n1", `${built.folder}/bin/pip`, "--version"]);
    expect(program.stdout, program.stderr).toContain(built.folder);
  });

  it("installs from wheels where no index answers, and says so", async () => {
    const said: string[] = [];
    const env = pythonEnv({ ...given, index: "https://127.0.0.1:9/simple" });
    expect((await ensurePythonEnv(env, login, { onProgress: (line) => said.push(line) })).outcome).toBe("built-from-wheels");
    expect(said.join("\n")).toMatch(/no package index could be reached, .* installing from the wheels that came along/);
  });

  it("gives pip's reason where neither does, and leaves nothing", async () => {
    const env = pythonEnv({ root: `${root}/none`, requirements: { text: "svg.py==1.10.0\n" }, index: "https://127.0.0.1:9/simple" });
    await expect(ensurePythonEnv(env, login)).rejects.toMatchObject({ code: "index-unreachable", retryable: true });
    expect(await login.list(`${root}/none`)).toEqual([]);
  });

  it("builds once for all who ask at once, more than a connection has channels", async () => {
    const env = pythonEnv({ ...given, root: `${root}/at once` });
    const all = await Promise.all(Array.from({ length: 64 }, () => ensurePythonEnv(env, login)));
    expect(new Set(all.map(({ folder }) => folder)).size).toBe(1);
    expect(all.filter(({ outcome }) => outcome !== "found")).toHaveLength(1);
    expect(await login.list(`${root}/at once`)).toHaveLength(2);
  });

  it("succeeds after a build that was aborted, and after one that was killed", async () => {
    const env = pythonEnv({ ...given, root: `${root}/killed` });
    const aborting = new AbortController();
    await expect(ensurePythonEnv(env, login, { signal: aborting.signal, onProgress: () => aborting.abort() })).rejects.toThrow(AbortedError);

    const killing = ensurePythonEnv(env, login, {
      onProgress: () => void login.exec(["sh", "-c", 'kill -9 $(cut -d" " -f3 "$1"/.*.claim/owner)', "sh", env.root]),
    });
    await expect(killing).rejects.toThrow();
    expect((await ensurePythonEnv(env, login)).outcome).toMatch(/^built-from-/);
    await expect.poll(async () => (await login.list(env.root)).length, { timeout: 20_000 }).toBe(2);
  });
});
