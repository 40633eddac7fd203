import { addingLayer, applyLayers, compose, expand, fragment, OptionsError, raw, renderScript, secret, setVariable, sh, toCommand, type Launch, type LaunchLayer, type Word } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { parseEngineVersion } from "../engine/engine-version.js";
import { instance, sif } from "../image/image.js";
import { containerLayer } from "./container-layer.js";
import type { ContainerOptions } from "./container-options.js";

const image = sif("/shared/base.sif");
const launchOf = (argv: readonly Word[], inner: readonly LaunchLayer[] = [], options: ContainerOptions = {}): Launch =>
  applyLayers(compose(argv), [containerLayer(image, options), ...inner]);
const sets = (launch: Launch): unknown => launch.setup.filter((step) => step.kind === "set");

describe("containerLayer", () => {
  it("runs a plain command with no shell inside", () => {
    const launch = launchOf(["python", "a b", "$HOME"]);
    expect(launch.argv).toEqual(["apptainer", "exec", "--no-eval", "/shared/base.sif", "python", "a b", "$HOME"]);
    expect(launch.needs).toEqual([{ path: "/shared/base.sif", access: "read" }]);
  });

  it("writes every option as Apptainer takes it", () => {
    const launch = launchOf(["true"], [], { cleanEnv: true, gpu: "nvidia", home: "none", mounts: [{ source: "/data", readOnly: true }], program: "/opt/apptainer/bin/apptainer" });
    expect(launch.argv).toEqual([
      "/opt/apptainer/bin/apptainer", "exec", "--no-eval", "--cleanenv", "--nv", "--no-mount", "home,cwd", "--mount", "type=bind,source=/data,destination=/data,ro",
      "/shared/base.sif", "true",
    ]);
    expect(launch.needs).toContainEqual({ path: "/data", access: "read" });
  });

  it("carries what an inner layer sets, and mounts what it needs", () => {
    const layer = addingLayer("settings", { setup: [setVariable("SITE", "kee,ling")], needs: [{ path: "/venv dir", access: "read" }] });
    const launch = launchOf(["true"], [layer]);
    expect(launch.argv).toContain("type=bind,source=/venv dir,destination=/venv dir,ro");
    expect(sets(launch)).toEqual([{ kind: "set", name: "APPTAINERENV_SITE", value: "kee,ling" }]);
    expect(launch.needs).toContainEqual({ path: "/venv dir", access: "read" });
  });

  it("does the rest inside, in order, with the command's own teardown and folder", () => {
    const layer = addingLayer("inner", { setup: [{ kind: "prepend", name: "PATH", folder: "/venv/bin" }, fragment(sh`umask 027`)] });
    const script = applyLayers(compose(["python", expand("$INPUT")], [], { cwd: "/w" }), [containerLayer(image), layer]).argv.at(-1);
    expect(script).toBe('set -e\nPATH=/venv/bin"${PATH:+:$PATH}"\nexport PATH\numask 027\ncd -- /w\nexec python "${INPUT:?}"\n');
  });

  it("keeps secrets out of every argument and script, also those that go inside by script", () => {
    const layer = addingLayer("secrets", { setup: [setVariable("TOKEN", secret("canary-1")), setVariable("LD_LIBRARY_PATH", secret("canary-2"))] });
    const { argv, env } = toCommand(launchOf(["true"], [layer]));
    expect(argv.join("\n")).not.toContain("canary");
    expect(Object.values(env).map((value) => value.reveal()).sort()).toEqual(["canary-1", "canary-2"]);
  });

  it("expands words of the host's side on the host, in the script that starts the engine", () => {
    const launch = applyLayers(compose(["true"]), [containerLayer(sif(expand("$SCRATCH/x.sif")))]);
    expect(renderScript(launch).text).toMatch(/\nexec apptainer exec --no-eval "\$\{SCRATCH:\?\}"\/x\.sif true\n$/);
  });

  it("stands in a container itself, with what the inner one needs mounted in the outer one", () => {
    const launch = applyLayers(compose(["true"]), [containerLayer(sif("/outer.sif")), containerLayer(image), addingLayer("x", { needs: [{ path: "/data", access: "read" }] })]);
    expect(launch.argv).toEqual(expect.arrayContaining(["type=bind,source=/shared/base.sif,destination=/shared/base.sif,ro", "type=bind,source=/data,destination=/data,ro"]));
  });

  it.each([
    ["bash where the image is not said to have it", fragment(sh`module load x`, { dialect: "bash" }), {}, "not said to have it"],
    ["a step that runs once per job", fragment(sh`true`, { scope: "job" }), {}, "put its layer left of the container"],
    ["a step that runs once per node", fragment(sh`true`, { scope: "node" }), {}, "put its layer left of the container"],
  ])("refuses %s, in the setup and in the teardown", (_what, step, options, reason) => {
    expect(() => launchOf(["true"], [addingLayer("x", { setup: [step] })], options)).toThrow(reason);
    expect(() => launchOf(["true"], [addingLayer("x", { teardown: [step] })], options)).toThrow(OptionsError);
  });

  it("runs bash inside where the image is said to have it", () => {
    const launch = launchOf(["true"], [addingLayer("x", { setup: [fragment(sh`module load x`, { dialect: "bash" })] })], { dialects: ["sh", "bash"] });
    expect(launch.argv).toContain("/bin/bash");
  });

  it("starts the image's own program, and refuses what would need a shell before it", () => {
    expect(launchOf(["--log", "$x"], [], { verb: "run" }).argv).toEqual(["apptainer", "run", "--no-eval", "/shared/base.sif", "--log", "$x"]);
    expect(() => launchOf(["x"], [addingLayer("x", { setup: [fragment(sh`true`)] })], { verb: "run" })).toThrow('name the program with verb: "exec"');
    expect(() => launchOf([expand("$X")], [], { verb: "run" })).toThrow("nothing can be done inside before it");
  });

  it("joins an instance with what it honours, and refuses a path that it was not started with", () => {
    const needing = addingLayer("needs", { needs: [{ path: "/data/in", access: "read" }] });
    const join = (sees: readonly string[]): Launch => applyLayers(compose(["true"]), [containerLayer(instance("db"), { cleanEnv: true, umask: "default", sees }), needing]);
    expect(join(["/data"]).argv).toEqual(["apptainer", "exec", "--no-eval", "--cleanenv", "--no-umask", "instance://db", "true"]);
    expect(() => join(["/data/i", "/database"])).toThrow("start the instance with it, and name it in sees");
  });

  it("refuses an option that a known engine does not have, and sets what that engine reads", () => {
    const engine = parseEngineVersion("singularity-ce version 4.1.1-jammy");
    const layer = addingLayer("settings", { setup: [setVariable("SITE", "x")] });
    const secretly = { decryption: { passphrase: secret("canary") }, engine } as const;
    expect(sets(launchOf(["true"], [layer], secretly))).toMatchObject([{ name: "SINGULARITY_ENCRYPTION_PASSPHRASE" }, { name: "SINGULARITYENV_SITE", value: "x" }]);
    expect(() => launchOf(["true"], [], { shareNamespaces: true, engine })).toThrow("--sharens of exec: no version of SingularityCE has it");
    expect(() => launchOf(["true"], [], { cwd: "/w", engine: parseEngineVersion("apptainer version 1.2.5") })).toThrow("Apptainer has it since 1.3");
  });

  it("writes global flags before the verb, and a passphrase into no argument", () => {
    const { argv, env } = toCommand(launchOf(["true"], [], { messages: "debug", color: false, decryption: { passphrase: secret("canary") } }));
    expect(argv.join("\n")).not.toContain("canary");
    expect(argv.join("\n")).toContain("apptainer --debug --nocolor exec --no-eval");
    expect(Object.values(env).map((value) => value.reveal())).toEqual(["canary"]);
  });

  it("names the close match of an unknown option, and says what cannot be passed", () => {
    expect(() => containerLayer(image, { cleanenv: true } as ContainerOptions)).toThrow('did you mean "cleanEnv"?');
    expect(() => containerLayer(image, { pass: ["PATH"] })).toThrow("pass.0: Apptainer does not let this variable in");
    expect(() => containerLayer(image, { program: "apptainer; id" })).toThrow("program");
    expect(() => containerLayer({ kind: "sif", path: raw("x").shell })).toThrow("is not an absolute path");
  });
});
