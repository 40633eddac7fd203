import { scriptedTransport } from "@hpckit/core/testing";
import { expect, it } from "vitest";
import {
  activation, compareDistributions, doctor, ensurePythonEnv, ensureRelease, ensureWheelhouse, exportEnvironment, listEnvironments, lockEnvironment, packEnvironment, pythonEnv, release, releaseAt, released,
  releaseLayer, renderActivation, switchBack, switchEnvironment, virtualenv, virtualenvAt, virtualenvLayer, writeActivation,
} from "./index.js";

const login = scriptedTransport(() => ({}));
const env = pythonEnv({ root: "/venvs", requirements: { text: "x" } });
const built = { folder: "/venvs/a-1", pythonVersion: "3.13.5", basePrefix: undefined };
const code = release({ root: "/releases", source: "." });
const active = activation({ folder: "/venvs/main" });

const aTransport = "on: a Transport";
const anOption = "unknown option";
const anEnvironment = "an environment as ensurePythonEnv gave it";
const aPythonEnv = "env: a Python environment as pythonEnv";
const aRelease = "a release as release({";

/** As programs in plain JavaScript call them: nothing is checked before. */
const plain = <Result>(call: (...given: never[]) => Result) => call as unknown as (...given: readonly unknown[]) => Result;

it.each([
  ["ensurePythonEnv", [login, env], aPythonEnv, plain(ensurePythonEnv)],
  ["ensurePythonEnv", [{ root: "/venvs", requirements: "x" }, login], aPythonEnv, plain(ensurePythonEnv)],
  ["ensurePythonEnv", [env], aTransport, plain(ensurePythonEnv)],
  ["ensurePythonEnv", [env, login, { onprogress: 1 }], anOption, plain(ensurePythonEnv)],
  ["ensureWheelhouse", [login, env], aPythonEnv, plain(ensureWheelhouse)],
  ["ensureWheelhouse", [env, login, { tarqet: {} }], anOption, plain(ensureWheelhouse)],
  ["packEnvironment", ["/x", login], anEnvironment, plain(packEnvironment)],
  ["packEnvironment", [built, "login"], aTransport, plain(packEnvironment)],
  ["packEnvironment", [built, login, { onprogress: 1 }], anOption, plain(packEnvironment)],
  ["lockEnvironment", ["/x", login], anEnvironment, plain(lockEnvironment)],
  ["lockEnvironment", [login, built], "folder: is missing", plain(lockEnvironment)],
  ["lockEnvironment", [built, login, { signl: 1 }], anOption, plain(lockEnvironment)],
  ["exportEnvironment", ["/x", login], anEnvironment, plain(exportEnvironment)],
  ["exportEnvironment", [built, login, { signl: 1 }], anOption, plain(exportEnvironment)],
  ["compareDistributions", [{}, []], "the `distributions` of exportEnvironment", plain(async (...given: readonly unknown[]) => Promise.resolve(plain(compareDistributions)(...given)))],
  ["listEnvironments", ["/x", login], aTransport, plain(listEnvironments)],
  ["listEnvironments", [login], "root of environments: nothing was given", plain(listEnvironments)],
  ["listEnvironments", [login, "venvs"], "not an absolute path", plain(listEnvironments)],
  ["listEnvironments", [login, "/x", { signl: 1 }], anOption, plain(listEnvironments)],
  ["switchEnvironment", [{ root: "/x", link: "main", to: built }, login], aTransport, plain(switchEnvironment)],
  ["switchBack", [{ root: "/x", link: "main" }, login], aTransport, plain(switchBack)],
  ["doctor", [{ folder: "/x" }, login], aTransport, plain(doctor)],
  ["writeActivation", [active, { to: "/x" }], aTransport, plain(writeActivation)],
  ["ensureRelease", [login, code], aRelease, plain(ensureRelease)],
  ["ensureRelease", [{ root: "/releases", source: "." }, login], aRelease, plain(ensureRelease)],
  ["ensureRelease", [code, login, { onprogress: 1 }], anOption, plain(ensureRelease)],
] as const)("%s(%j) is refused: %s", async (_name, given, words, call) => {
  await expect(call(...given)).rejects.toThrow(words);
  expect(login.calls).toEqual([]);
});

it.each([
  ["virtualenv", [login], aPythonEnv, plain(virtualenv)],
  ["virtualenvAt", ["/venvs/main"], "activation: an object, not a text", plain(virtualenvAt)],
  ["virtualenvLayer", ["/venvs/main"], anEnvironment, plain(virtualenvLayer)],
  ["renderActivation", [active], "renderActivation: nothing was given", plain(renderActivation)],
  ["renderActivation", [active, { shell: "zsh" }], 'one of "sh", "csh", "fish"', plain(renderActivation)],
  ["renderActivation", ["/venvs/main", { shell: "sh" }], "activation: an object, not a text", plain(renderActivation)],
  ["released", [{ root: "/releases" }], aRelease, plain(released)],
  ["releaseAt", [undefined], "link to a release: nothing was given", plain(releaseAt)],
  ["releaseAt", ["/releases/main", { pythonpath: [] }], anOption, plain(releaseAt)],
  ["releaseLayer", ["/releases/a"], "a release as ensureRelease gave it", plain(releaseLayer)],
] as const)("%s(%j) is refused at once: %s", (_name, given, words, call) => {
  expect(() => call(...given)).toThrow(words);
});

it("what can be activated without a further word is taken: folders alone", () => {
  expect(renderActivation({ folder: "/venvs/main" } as never, { shell: "sh" })).toBe(renderActivation(active, { shell: "sh" }));
  expect(virtualenvAt({ folder: "/venvs/main" } as never).name).toBe("virtualenv");
});
