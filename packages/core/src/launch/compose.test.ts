import { describe, expect, it } from "vitest";
import { scriptedTransport } from "../testing/scripted-transport.js";
import { secret } from "../secret/secret.js";
import { sh } from "../shell/sh.js";
import { expand } from "../shell/word.js";
import { applyLayers, compose, prepare } from "./compose.js";
import { enter } from "./enter.js";
import { addingLayer, fragment, needing, setVariable } from "./layers.js";
import type { LaunchLayer, UnresolvedLayer } from "./launch.js";
import { run, toCommand } from "./run-launch.js";

const nowhere = scriptedTransport(() => ({}));

describe("prepare", () => {
  it("resolves from the outside in, and tells an inner layer the file systems around it", async () => {
    const seen: string[] = [];
    const container: LaunchLayer = { name: "container", boundary: "filesystem", apply: (launch) => launch };
    const step: LaunchLayer = { name: "step", boundary: "tasks", apply: (launch) => launch };
    const environment = (name: string): UnresolvedLayer => ({
      name,
      resolve: (_on, { within }) => {
        seen.push(`${name} within ${within.map((layer) => layer.name).join("+")}`);
        return Promise.resolve(addingLayer(name, {}));
      },
    });
    await prepare(compose(["true"], [environment("host"), step, container, environment("inside")]), nowhere);
    expect(seen).toEqual(["host within ", "inside within container"]);
  });

  it("keeps the outer layer's steps before the inner one's, its teardown behind", async () => {
    const layer = (name: string): LaunchLayer =>
      addingLayer(name, { setup: [fragment(sh`up ${name}`)], teardown: [fragment(sh`down ${name}`)] });
    const launch = await prepare(compose(["true"], [layer("outer"), layer("inner"), needing({ path: "/data", access: "read" })]), nowhere);
    expect(launch.setup.map((step) => "shell" in step && step.shell)).toEqual(["up outer", "up inner"]);
    expect(launch.teardown.map(({ shell }) => shell)).toEqual(["down inner", "down outer"]);
    expect(launch.needs).toEqual([{ path: "/data", access: "read" }]);
  });

  it("needs the folder in which the command starts", async () => {
    expect((await prepare(compose(["true"], [], { cwd: "/work" }), nowhere)).needs).toEqual([{ path: "/work", access: "write" }]);
  });

  it("names what several layers need once", () => {
    const work = { path: "/work", access: "write" } as const;
    expect(applyLayers(compose(["true"], [], { cwd: "/work" }), [needing(work, { path: "/work", access: "read" })]).needs).toEqual([{ path: "/work", access: "read" }, work]);
  });

  it.each([["A B", "no name of a variable"], ["", "no name of a variable"], ["UID", "shells keep"], ["PWD", "shells keep"], ["hpckit_secret", "our scripts keep"]])("refuses to set a variable named %j", (name, reason) => {
    expect(() => setVariable(name, "1")).toThrow(reason);
  });

  it("refuses a command without a word", () => {
    expect(() => compose([])).toThrow("at least one word");
  });
});

describe("a launch as a command", () => {
  const bare = { argv: ["python", "a b"], setup: [], teardown: [], needs: [] };

  it("starts no shell where none is needed", () => {
    expect(enter(bare)).toEqual({ argv: ["python", "a b"], carry: [] });
  });

  it("starts a shell for steps, folders and words to expand", () => {
    expect(enter({ ...bare, cwd: "/w" }).argv).toEqual(["/bin/sh", "-c", "set -e\ncd -- /w\nexec python 'a b'\n"]);
    expect(enter({ ...bare, argv: ["echo", expand("$X")] }).argv[2]).toBe('set -e\nexec echo "${X:?}"\n');
  });

  it("keeps secrets out of the arguments", () => {
    const { argv, env } = toCommand({ ...bare, setup: [setVariable("TOKEN", secret("canary"))] });
    expect(argv.join(" ")).not.toContain("canary");
    expect(env["HPCKIT_SECRET_0_TOKEN"]?.reveal()).toBe("canary");
  });

  it("runs over a transport", async () => {
    const on = scriptedTransport(({ argv }) => ({ stdout: argv.join("|") }));
    expect((await run(compose(["hostname", "-f"]), on)).stdout).toBe("hostname|-f");
  });
});
