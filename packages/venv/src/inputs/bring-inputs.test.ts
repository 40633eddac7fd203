import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pythonEnv, type PythonEnvInput } from "../environment/python-env.js";
import { bringInputs } from "./bring-inputs.js";
import { readInputs } from "./read-inputs.js";

let local: Transport;
let folder: string;
beforeAll(async () => {
  local = await connectLocal();
});
afterAll(() => local[Symbol.asyncDispose]());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bring, it's "));
  mkdirSync(join(folder, "project/src"), { recursive: true });
  writeFileSync(join(folder, "project/pyproject.toml"), "");
  writeFileSync(join(folder, "project/src/x.py"), "x = 1\n");
  mkdirSync(join(folder, "wheels"));
  writeFileSync(join(folder, "wheels/a-1-py3-none-any.whl"), "a");
});
afterEach(() => rmSync(folder, { recursive: true }));

const digest = async (input: Partial<PythonEnvInput>): Promise<string> => (await readInputs(pythonEnv({ root: "/r", ...input }))).digest;
const bring = async (input: Partial<PythonEnvInput>, meanwhile = (): void => undefined): Promise<string> => {
  const env = pythonEnv({ root: "/r", ...input });
  const inputs = await readInputs(env);
  meanwhile();
  const to = join(folder, "there");
  mkdirSync(to);
  await bringInputs(local, { to, inputs, wheels: env.wheels, policy: undefined, signal: undefined });
  return to;
};
const projects = (...names: readonly string[]): Partial<PythonEnvInput> => ({ projects: names.map((name) => join(folder, name)) });

describe("bringInputs", () => {
  it("brings every text, project and wheel, and none of what tools leave beside sources", async () => {
    for (const name of [".git", ".venv", "build", "src/x.egg-info", "src/__pycache__", "src/build"]) mkdirSync(join(folder, "project", name));
    writeFileSync(join(folder, "project/src/build/y.py"), "");
    symlinkSync("x.py", join(folder, "project/src/link.py"));
    const to = await bring({ requirements: [{ text: "a" }, { text: "b" }], constraints: { text: "c" }, projects: [`${join(folder, "project")}/`, join(folder, "wheels/a-1-py3-none-any.whl")], wheels: join(folder, "wheels") });
    expect(["requirements.txt", "requirements2.txt", "constraints.txt"].map((name) => readFileSync(join(to, name), "utf8"))).toEqual(["a", "b", "c"]);
    expect(readdirSync(join(to, "projects/1"))).toEqual(["pyproject.toml", "src"]);
    expect(readdirSync(join(to, "projects/1/src"))).toEqual(["build", "link.py", "x.py"]);
    expect(readFileSync(join(to, "projects/2/a-1-py3-none-any.whl"), "utf8")).toBe("a");
    expect(existsSync(join(to, "wheels/a-1-py3-none-any.whl"))).toBe(true);
  });

  it.each([
    ["a project", () => projects("project"), "project/src/x.py"],
    ["a wheel of one's own", () => projects("wheels/a-1-py3-none-any.whl"), "wheels/a-1-py3-none-any.whl"],
    ["the wheels", () => ({ requirements: { text: "" }, wheels: join(folder, "wheels") }), "wheels/a-1-py3-none-any.whl"],
  ])("refuses %s that changed since it was named", async (_what, given, file) => {
    await expect(bring(given(), () => writeFileSync(join(folder, file), "other"))).rejects.toMatchObject({ code: "input-changed", retryable: true });
  });
});

describe("the digest of projects", () => {
  it("changes with content, names, extras and what may be executed, and with nothing that is not brought", async () => {
    const all = [await digest(projects("project")), await digest({ projects: [{ path: join(folder, "project"), extras: ["x"] }] }), await digest({ projects: [{ editable: join(folder, "project") }] })];
    writeFileSync(join(folder, "project/src/x.py"), "x = 2\n");
    all.push(await digest(projects("project")));
    chmodSync(join(folder, "project/src/x.py"), statSync(join(folder, "project/src/x.py")).mode | 0o100);
    all.push(await digest(projects("project")));
    symlinkSync("x.py", join(folder, "project/src/y.py"));
    all.push(await digest(projects("project")));
    expect(new Set(all).size).toBe(all.length);
    mkdirSync(join(folder, "project/.git"));
    writeFileSync(join(folder, "project/.git/HEAD"), "");
    expect(await digest(projects("project"))).toBe(all.at(-1));
  });

  it("is none of what pip cannot build or install", async () => {
    await expect(digest(projects("wheels"))).rejects.toThrow("holds neither pyproject.toml nor setup.py");
    await expect(digest(projects("project/pyproject.toml"))).rejects.toThrow("is no folder, wheel or source archive");
    await expect(digest(projects("nowhere"))).rejects.toThrow("projects: ");
  });
});

describe("readInputs", () => {
  it.each([
    ["pyproject.toml", "uv pip compile pyproject.toml"],
    ["setup.py", "give the project's folder among `projects`"],
    ["uv.lock", "uv export"],
    ["poetry.lock", "poetry export"],
    ["pdm.lock", "pdm export"],
    ["Pipfile.lock", "pipenv requirements"],
    ["environment.yml", "conda"],
  ])("refuses %s as requirements, with the command that makes some of it", async (name, next) => {
    await expect(digest({ requirements: join(folder, name) })).rejects.toThrow(next);
  });

  it("takes a lock alone", async () => {
    const lock = join(folder, "pylock.main.toml");
    writeFileSync(lock, 'lock-version = "1.0"\n');
    await expect(digest({ requirements: lock })).resolves.toBeTypeOf("string");
    await expect(digest({ requirements: [lock, { text: "a" }] })).rejects.toThrow("give it alone");
    await expect(digest({ requirements: lock, constraints: { text: "a<1" } })).rejects.toThrow("constraints: beside a lock");
    await expect(digest({ requirements: { text: "a" }, constraints: lock })).rejects.toThrow("a lock says no constraints");
    writeFileSync(lock, 'lock-version = "1.0"\n[[packages]]\narchive = { path = "../x.whl" }\n');
    await expect(digest({ requirements: lock })).rejects.toThrow("would not be found over there");
  });

  it("gives one name to what pip and uv install alike, and others to what was asked of one of them", async () => {
    const requirements = { text: "a" };
    const all = await Promise.all([{}, { installer: "pip" }, { installer: "uv" }, { requireHashes: true }, { onlyBinary: true }, { noDependencies: true }, { systemSitePackages: true }, { verify: ["a"] }, { variant: "v4" }, { extraIndexes: ["https://x/simple"] }, { wheels: { folder: "/w" } }].map((input) => digest({ requirements, ...(input as Partial<PythonEnvInput>) })));
    expect(new Set(all).size).toBe(all.length);
    expect(await digest({ requirements, installer: "auto" })).toBe(all[0]);
  });
});
