import { addingLayer, applyLayers, commandLine, compose, fragment, OptionsError, raw, setVariable, sh } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { sif } from "../image/image.js";
import { instanceLayer, type InstanceOptions } from "./instance-layer.js";

const argvOf = (options: InstanceOptions, argv: readonly string[] = [], image = sif("/run/run.sif")): string =>
  commandLine(applyLayers({ argv, cwd: undefined }, [instanceLayer(image, options)]).argv);

describe("instanceLayer", () => {
  it("starts the image under its name, with the words behind it", () => {
    expect(argvOf({ name: "jaws-run-dev", pidFile: "/l/jaws.pid", cleanEnv: true, messages: "quiet" }, ["--log", "/l/x y", "run"])).toBe(
      "apptainer --quiet instance start --no-eval --cleanenv --pid-file /l/jaws.pid /run/run.sif jaws-run-dev --log '/l/x y' run",
    );
    expect(argvOf({ name: "x", verb: "run" })).toBe("apptainer instance run --no-eval /run/run.sif x");
    expect(argvOf({ name: "x" }, [], sif(raw('"$IMAGE"')))).toBe('apptainer instance start --no-eval "$IMAGE" x');
  });

  it("brings variables and mounts of inner layers in", () => {
    const inner = addingLayer("inner", { setup: [setVariable("T_A", "1")], needs: [{ path: "/data", access: "read" }] });
    const launch = applyLayers(compose(["serve"]), [instanceLayer(sif("/x.sif"), { name: "x" }), inner]);
    expect(launch.setup).toContainEqual({ kind: "set", name: "APPTAINERENV_T_A", value: "1" });
    expect(commandLine(launch.argv)).toContain("destination=/data,ro' /x.sif x serve");
  });

  it("refuses what the engine cannot do to an instance", () => {
    const script = addingLayer("script", { setup: [fragment(sh`:`)] });
    expect(() => applyLayers(compose(["serve"]), [instanceLayer(sif("/x.sif"), { name: "x" }), script])).toThrow(OptionsError);
    for (const name of ["a b", "-a", ".", "..", "a/b"]) expect(() => instanceLayer(sif("/x.sif"), { name })).toThrow(OptionsError);
    expect(() => instanceLayer(sif("/x.sif"), { name: "x", namespaces: { pid: true } })).toThrow("always has a PID namespace");
  });
});
