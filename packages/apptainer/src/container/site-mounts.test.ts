import { applyLayers, commandLine, compose, needing, prepare, setVariable, addingLayer, type LaunchLayer } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { execCommand } from "../command/action-commands.js";
import { instance, sif } from "../image/image.js";
import type { ContainerOptions } from "./container-options.js";
import { containerLayer } from "./container-layer.js";
import { container } from "./container.js";

const image = sif("/x.sif");
const site = { program: "/opt/apptainer", binds: [{ source: "/data" }, { source: "/opt/cray/", destination: "/cray", readOnly: true }] };
const argvOf = (options: ContainerOptions, inner: readonly LaunchLayer[] = []): string => commandLine(applyLayers(compose(["true"]), [containerLayer(image, options), ...inner]).argv);
const prepared = async (report: string, options: ContainerOptions, inner: readonly LaunchLayer[] = []): Promise<string> =>
  commandLine((await prepare(compose(["true"], [container(image, options), ...inner]), scriptedTransport(() => ({ stdout: `version apptainer version 1.4.5\nimage readable\n${report}` })))).argv);
const mounts = "--mount 'type=bind,source=/data,destination=/data' --mount 'type=bind,source=/opt/cray,destination=/cray,ro'";

describe("what a site's profile binds", () => {
  it("is mounted once, in the place of what the configuration binds there, by launches and by command lines", async () => {
    const line = `/opt/apptainer exec --no-eval --no-mount /data --no-mount /cray ${mounts} /x.sif true`;
    expect(argvOf({ site })).toBe(line);
    expect(await prepared("", { site })).toBe(line);
    expect(commandLine(execCommand(image, { command: ["true"], site }))).toBe(line);
  });

  it("joins what a caller mounts and inner layers need at the same place", () => {
    expect(argvOf({ site, mounts: [{ source: "/data", readOnly: true }] }, [needing({ path: "/opt/cray", access: "read" })])).toContain(`${mounts} --mount 'type=bind,source=/opt/cray,destination=/opt/cray,ro' /x.sif`);
    expect(() => argvOf({ site, mounts: [{ source: "/mine", destination: "/data" }] })).toThrow("/data would be both /mine and /data");
    expect(argvOf({ site, mounts: [{ source: "/mine", destination: "/data" }], withoutMounts: ["/data"] })).toContain("source=/mine,destination=/data");
  });

  it("comes with the site's engine: its program, and what its version has and reads", () => {
    const laboratory = { program: "singularity", version: "singularity-ce version 4.1.1" };
    const launch = applyLayers(compose(["true"]), [containerLayer(image, { site: laboratory }), addingLayer("v", { setup: [setVariable("A", "1")] })]);
    expect(launch.argv[0]).toBe("singularity");
    expect(launch.setup).toContainEqual({ kind: "set", name: "SINGULARITYENV_A", value: "1" });
    expect(() => argvOf({ site: laboratory, shareNamespaces: true })).toThrow("no version of SingularityCE has it");
    expect(argvOf({ site, program: "mine" })).toMatch(/^mine exec/);
    expect(() => argvOf({ site: { version: "1.4.5" } })).toThrow("site.version: as the engine's --version says it");
  });

  it("is refused beside what variables of the environment bind, which may be the same", () => {
    expect(() => argvOf({ site, siteBinds: "inherit" })).toThrow("would be mounted twice");
    expect(argvOf({ site: { program: "x" }, siteBinds: "inherit" })).toBe("x exec --no-eval /x.sif true");
  });

  it("gives an instance that runs the program alone", () => {
    expect(commandLine(applyLayers(compose(["true"]), [containerLayer(instance("db"), { site })]).argv)).toBe("/opt/apptainer exec --no-eval instance://db true");
  });
});

describe("where accounts may mount nothing", () => {
  const closed = "closed /etc/apptainer/apptainer.conf\nbind /data\nbind /opt/cray:/cray:ro\n";

  it.each<[string, ContainerOptions, LaunchLayer[]]>([
    ["mounts", { mounts: [{ source: "/mine" }] }, []],
    ["mounts", {}, [needing({ path: "/in", access: "read" })]],
    ["mounts", { site: { binds: [{ source: "/other" }] } }, []],
    ["the libraries of a GPU's driver", { gpu: "nvidia" }, []],
    ["scratch folders", { scratch: ["/s"] }, []],
    ["a work folder", { contain: "files", workFolder: "/w" }, []],
  ])("a launch that needs %s is refused: %j", async (what, options, inner) => {
    await expect(prepared(closed, options, inner)).rejects.toMatchObject({ name: "EngineError", code: "mounts-refused", message: expect.stringContaining(`the launch needs ${what}, and accounts may mount nothing here: /etc/apptainer/apptainer.conf`) as string });
  });

  it("what the configuration binds is left to it, and a launch without mounts starts", async () => {
    expect(await prepared(closed, { site })).toBe("/opt/apptainer exec --no-eval /x.sif true");
  });
});
