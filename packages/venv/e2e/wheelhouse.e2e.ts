import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { ensurePythonEnv, ensureWheelhouse, exportEnvironment, pythonEnv, type PythonEnvInput } from "../src/index.js";
import { makeProject } from "./make-project.js";
import { makeWheel } from "./make-wheel.js";
import { servePackages, type PackageIndex } from "./package-index.js";

const root = workFolder("wheelhouse");
let login: Transport;
let here: string;
let index: PackageIndex;

beforeAll(async () => {
  login = await signIn("newest");
  here = mkdtempSync(join(tmpdir(), "packages "));
  makeWheel(join(here, "open"), { name: "hk_beta", version: "2.0" });
  makeWheel(join(here, "open"), { name: "hk_alpha", version: "1.0", requires: ["hk-beta>=1"] });
  index = await servePackages(join(here, "open"));
});
afterAll(async () => {
  await index[Symbol.asyncDispose]();
  rmSync(here, { recursive: true });
  await login.remove(root, { recursive: true });
  await login[Symbol.asyncDispose]();
});

const namesIn = async (folder: string): Promise<readonly string[]> => (await login.list(folder)).map(({ name }) => String(name)).filter((name) => name !== ".hpckit");

it("a wheelhouse holds a wheel for everything, projects among it, and an environment is made of it with no index", async () => {
  const given: PythonEnvInput = { root, requirements: { text: "hk_alpha\n" }, index: index.url };
  const project = makeProject(join(here, "project"), { name: "hk_own", code: "x = 1\n", requires: ["hk-beta"] });
  const house = await ensureWheelhouse(pythonEnv({ ...given, projects: [project] }), login);
  expect(house.outcome).toBe("built-from-index");
  expect(house.folder.startsWith(`${root}/wheelhouses/`)).toBe(true);
  expect(await namesIn(house.folder)).toEqual(["hk_alpha-1.0-py3-none-any.whl", "hk_beta-2.0-py3-none-any.whl", "hk_own-4.0-py3-none-any.whl"]);
  expect(await ensureWheelhouse(pythonEnv({ ...given, projects: [project] }), login)).toEqual({ ...house, outcome: "found" });

  const env = pythonEnv({ root, requirements: { text: "hk_alpha\nhk_own\n" }, wheels: house, verify: ["hk_own"] });
  const built = await ensurePythonEnv(env, login);
  expect(built.outcome).toBe("built-from-wheels");
  expect((await exportEnvironment(built, login)).text).toContain("hk_alpha==1.0\nhk_beta==2.0\nhk_own==4.0\n");
  await expect(ensurePythonEnv(pythonEnv({ root, requirements: { text: "hk_gamma\n" }, wheels: house }), login)).rejects.toMatchObject({ code: "no-matching-distribution" });
});

it("a wheelhouse for another architecture takes the wheels of that one, and builds nothing", async () => {
  const given: PythonEnvInput = { root, requirements: { text: "hk_alpha\n" }, index: index.url };
  const target = { python: "3.12", platforms: ["manylinux_2_28_aarch64"] } as const;
  const house = await ensureWheelhouse(pythonEnv(given), login, { target });
  expect(await namesIn(house.folder)).toEqual(["hk_alpha-1.0-py3-none-any.whl", "hk_beta-2.0-py3-none-any.whl"]);
  expect((await ensureWheelhouse(pythonEnv(given), login, { target: { ...target, python: "3.13" } })).folder).not.toBe(house.folder);
  await expect(ensureWheelhouse(pythonEnv({ ...given, projects: [here] }), login, { target })).rejects.toThrow("what has no wheel is not built for another interpreter");
});
