import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addingLayer, run, secret, compose, type LaunchLayer, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { ensurePythonEnv, exportEnvironment, lockEnvironment, pythonEnv, virtualenv, type PythonEnv, type PythonEnvInput } from "../src/index.js";
import { makeProject } from "./make-project.js";
import { makeWheel } from "./make-wheel.js";
import { servePackages, type PackageIndex } from "./package-index.js";

const root = workFolder("installers");
let login: Transport;
let here: string;
let open: PackageIndex;
let closed: PackageIndex;
let withUv: LaunchLayer;

beforeAll(async () => {
  login = await signIn("newest");
  await login.mkdir(root, { recursive: true });
  here = mkdtempSync(join(tmpdir(), "packages "));
  for (const version of ["1.0", "2.0"]) makeWheel(join(here, "open"), { name: "hk_beta", version });
  makeWheel(join(here, "open"), { name: "hk_alpha", version: "1.0", requires: ["hk-beta>=1"] });
  makeWheel(join(here, "open"), { name: "hk_old", version: "1.0", requires: ["hk-beta<2"] });
  makeWheel(join(here, "closed"), { name: "hk_gamma", version: "1.0" });
  makeWheel(join(here, "closed"), { name: "hk_beta", version: "1.5" });
  open = await servePackages(join(here, "open"));
  closed = await servePackages(join(here, "closed"), { password: "canary-password" });
  const uv = await ensurePythonEnv(pythonEnv({ root: `${root}/uv`, requirements: { text: "uv\n" }, installer: "pip" }), login);
  withUv = addingLayer("uv", { setup: [{ kind: "prepend", name: "PATH", folder: `${uv.folder}/bin` }] });
});
afterAll(async () => {
  await open[Symbol.asyncDispose]();
  await closed[Symbol.asyncDispose]();
  rmSync(here, { recursive: true });
  await login.remove(root, { recursive: true });
  await login[Symbol.asyncDispose]();
});

describe.each(["pip", "uv"] as const)("environments that %s installs", (installer) => {
  const made = (input: Partial<PythonEnvInput>): PythonEnv => pythonEnv({ root: `${root}/by ${installer}`, installer, layers: [withUv], index: open.url, ...input });
  const textOf = async (env: PythonEnv): Promise<readonly string[]> => {
    const { text } = await exportEnvironment(await ensurePythonEnv(env, login), login);
    return text.split("\n").filter((line) => line !== "" && !line.startsWith("setuptools=="));
  };
  const left = async (): Promise<readonly string[]> => (await login.list(`${root}/by ${installer}`)).map(({ name }) => String(name)).filter((name) => name.startsWith(".") || name.includes("-"));

  it("take several requirements, constraints, and the newest of several indexes, one with a password that stands nowhere", async () => {
    const env = made({ requirements: [{ text: "hk_alpha\n" }, { text: "hk-gamma" }], constraints: { text: "hk-beta<2" }, extraIndexes: [secret(closed.url)], verify: ["hk_alpha", "hk_beta"] });
    expect(await textOf(env)).toEqual(["hk_alpha==1.0", "hk_beta==1.5", "hk_gamma==1.0"]);
    const built = await ensurePythonEnv(env, login);
    expect(built).toMatchObject({ outcome: "found", installer: expect.stringMatching(new RegExp(`^${installer} \\d`)) as string });
    const leak = await login.exec(["grep", "-rl", "canary-password", built.folder]);
    expect(leak.stdout).toBe("");
    expect(leak.exitCode).toBe(1);
    const { distributions } = await exportEnvironment(built, login);
    const inspected = await login.exec([`${built.folder}/bin/python`, "-m", "pip", "inspect", "--local"], { check: true });
    const told = (JSON.parse(inspected.stdout) as { readonly installed: readonly { readonly metadata: { readonly name: string; readonly version: string } }[] }).installed;
    expect(distributions.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(told.map(({ metadata: { name, version } }) => `${name} ${version}`).sort());
    expect(distributions.find(({ name }) => name === "hk_alpha")).toMatchObject({ isRequested: installer === "uv" ? undefined : true, installer, requires: ["hk-beta>=1"], origin: undefined });
    expect(distributions.find(({ name }) => name === "hk_beta")).toMatchObject({ isRequested: installer === "uv" ? undefined : false });
  });

  it("are locked with versions and hashes, from which the same is installed, and nothing else", async () => {
    const built = await ensurePythonEnv(made({ requirements: { text: "hk_alpha" } }), login);
    const lock = await lockEnvironment(built, login);
    expect(lock.text.replace(/^#.*\n/, "").replaceAll(/[0-9a-f]{64}/g, "HASH")).toBe("hk_alpha==1.0 \\\n    --hash=sha256:HASH\nhk_beta==2.0 \\\n    --hash=sha256:HASH\n".replaceAll("_", installer === "uv" ? "-" : "_"));
    const again = made({ requirements: { text: lock.text }, requireHashes: true });
    expect(await textOf(again)).toEqual(await textOf(made({ requirements: { text: "hk_alpha" } })));
    const before = await left();
    const forged = lock.text.replace(/sha256:[0-9a-f]{4}/, "sha256:0000");
    await expect(ensurePythonEnv(made({ requirements: { text: forged }, requireHashes: true }), login)).rejects.toMatchObject({ code: "hash-mismatch" });
    await expect(ensurePythonEnv(made({ requirements: { text: "hk_alpha==1.0" }, requireHashes: true }), login)).rejects.toMatchObject({ code: "hash-missing", message: expect.stringMatching(/hk[-_]alpha==1\.0/) as string });
    expect(await left()).toEqual(before);
  });

  it("take a pylock.toml, and a project beside it", async () => {
    const wheel = readFileSync(join(here, "open/hk_beta-1.0-py3-none-any.whl"));
    const { sha256 } = await login.upload(join(here, "open/hk_beta-1.0-py3-none-any.whl"), `${root}/hk_beta.whl`);
    const file = join(here, `pylock.${installer}.toml`);
    const url = open.url.replace("simple", "files/hk_beta-1.0-py3-none-any.whl");
    writeFileSync(file, `lock-version = "1.0"\ncreated-by = "tests"\n[[packages]]\nname = "hk-beta"\nversion = "1.0"\nwheels = [{ name = "hk_beta-1.0-py3-none-any.whl", url = "${url}", size = ${wheel.length}, hashes = { sha256 = "${sha256 ?? ""}" } }]\n`);
    const project = makeProject(join(here, "locked"), { name: "hk_locked", code: "", requires: ["hk-beta"] });
    expect(await textOf(made({ requirements: file, projects: [project] }))).toEqual(["hk_beta==1.0", expect.stringMatching(/^hk_locked @ /)]);
  });

  it("hold packages of one's own: a folder with extras, a wheel, and a link to an editable folder", async () => {
    const brought = makeProject(join(here, "brought"), { name: "hk_own", code: "x = 1\n", extras: ["more"], requires: ['hk-beta<2; extra == "more"'] });
    const wheel = makeWheel(join(here, "own"), { name: "hk_wheel", version: "3.0" });
    const editable = `${root}/edit able ${installer}`;
    await login.upload(makeProject(join(here, `editable ${installer}`), { name: "hk_edit", code: "x = 2\n" }), editable);
    const env = made({ requirements: [], projects: [{ path: brought, extras: ["more"] }, wheel, { editable }] });
    const built = await ensurePythonEnv(env, login);
    const { distributions } = await exportEnvironment(built, login);
    expect(distributions.map(({ name, origin }) => [name, origin?.isEditable]).filter(([name]) => String(name).startsWith("hk_"))).toEqual([["hk_beta", undefined], ["hk_edit", true], ["hk_own", false], ["hk_wheel", false]]);
    const tell = compose(["python", "-c", "import hk_own, hk_edit; print(hk_own.x, hk_edit.x)"], [virtualenv(env)]);
    expect((await run(tell, login)).stdout).toBe("1 2\n");

    await login.writeFile(`${editable}/src/hk_edit/__init__.py`, "x = 3\n");
    expect((await ensurePythonEnv(env, login)).outcome).toBe("found");
    expect((await run(tell, login)).stdout).toBe("1 3\n");
    await login.writeFile(`${editable}/pyproject.toml`, `${new TextDecoder().decode(await login.readFile(`${editable}/pyproject.toml`))}# other dependencies\n`);
    expect((await ensurePythonEnv(env, login)).folder).not.toBe(built.folder);
    writeFileSync(join(brought, "src/hk_own/__init__.py"), "x = 4\n");
    expect((await ensurePythonEnv(env, login)).outcome).not.toBe("found");
    expect((await run(tell, login)).stdout).toBe("4 3\n");
    expect((await lockEnvironment(built, login)).byAddress.slice().sort()).toEqual(["hk_edit", "hk_own", "hk_wheel"]);
  });

  it("install a project beside requirements with hashes", async () => {
    const lock = await lockEnvironment(await ensurePythonEnv(made({ requirements: { text: "hk_old" } }), login), login);
    const project = makeProject(join(here, "beside"), { name: "hk_beside", code: "", requires: ["hk-old"] });
    expect(await textOf(made({ requirements: { text: lock.text }, requireHashes: true, projects: [project] }))).toEqual(expect.arrayContaining(["hk_beta==1.0", "hk_old==1.0", expect.stringContaining("hk_beside @ file:///") as string]));
    const lonely = makeProject(join(here, "lonely"), { name: "hk_lonely", code: "", requires: ["hk-gamma"] });
    await expect(ensurePythonEnv(made({ requirements: { text: lock.text }, requireHashes: true, projects: [lonely] }), login)).rejects.toMatchObject({ code: "check-failed", message: expect.stringMatching(/hk-gamma/) as string });
  });

  it.each([
    ["versions that exclude each other", { requirements: { text: "hk_old\nhk_beta==2.0" } }, "no-matching-distribution", /hk[-_]beta/],
    ["what nobody has", { requirements: { text: "hk_nobody==1" } }, "no-matching-distribution", /hk[-_]nobody/],
    ["a conflict that was not resolved", { requirements: { text: "hk_old\nhk_beta==2.0" }, noDependencies: true }, "check-failed", /hk[-_]old.*hk[-_]beta/],
    ["a module that is not there", { requirements: { text: "hk_beta" }, verify: ["hk_nowhere"] }, "import-failed", /ModuleNotFoundError: No module named 'hk_nowhere'/],
    ["an index that does not answer", { requirements: { text: "hk_beta" }, index: "http://127.0.0.1:9/simple" }, "index-unreachable", /give `wheels`/],
  ] as const)("are not made of %s, and the installer's reason is told", async (_what, input, code, reason) => {
    const before = await left();
    const failure: unknown = await ensurePythonEnv(made(input), login).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect((failure as Error).message).toMatch(reason);
    expect(await left()).toEqual(before);
  });

  it("are not made of wheels that lack something, where no index answers: both are told, and what to add", async () => {
    const env = made({ requirements: { text: "hk_nobody==1" }, index: "http://127.0.0.1:9/simple", wheels: join(here, "open") });
    const failure: unknown = await ensurePythonEnv(env, login).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "index-unreachable" });
    expect((failure as Error).message).toMatch(/127\.0\.0\.1:9.*Connection refused.*no package index could be reached, and the wheels have no hk[-_]nobody==1: add it to /s);
  });

  it("take wheels alone where that is asked, and see the site's own packages where that is", async () => {
    const source = join(here, `source ${installer}`);
    mkdirSync(source);
    writeFileSync(join(source, "hk_source-1.0.tar.gz"), "");
    const failure: unknown = await ensurePythonEnv(made({ requirements: { text: "hk_source" }, wheels: source, onlyBinary: true }), login).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "no-matching-distribution" });
    const built = await ensurePythonEnv(made({ requirements: { text: "hk_beta" }, systemSitePackages: true }), login);
    expect(new TextDecoder().decode(await login.readFile(`${built.folder}/pyvenv.cfg`))).toContain("include-system-site-packages = true");
  });
});

it("a machine's pip that has settings is not passed over for uv, in whatever spelling they stand", async () => {
  const conf = `${root}/pip.conf`;
  await login.writeFile(conf, `[install]\nFind_Links : ${root}/nothing\n`);
  const told = addingLayer("settings", { setup: [{ kind: "set", name: "PIP_CONFIG_FILE", value: conf }] });
  const untold = addingLayer("no settings", { setup: [{ kind: "set", name: "PIP_CONFIG_FILE", value: "/dev/null" }] });
  const of = async (name: string, layers: readonly LaunchLayer[]): Promise<string> =>
    (await ensurePythonEnv(pythonEnv({ root: `${root}/${name}`, layers, index: open.url, requirements: { text: "hk_beta" } }), login)).installer;
  expect(await of("told", [withUv, told])).toMatch(/^pip /);
  expect(await of("untold", [withUv, untold])).toMatch(/^uv /);
});
