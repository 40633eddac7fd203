import { compose, expand, prepare, type UnresolvedLayer } from "@hpckit/core";
import { scriptedTransport, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { EngineError, ImageError } from "../error/apptainer-errors.js";
import { instance, sif } from "../image/image.js";
import { container } from "./container.js";

const image = sif("/shared/base.sif");
const machine = (stdout: string): ScriptedTransport => scriptedTransport(() => ({ stdout }));
const start = (on: ScriptedTransport, ...layers: UnresolvedLayer[]): Promise<unknown> => prepare(compose(["true"], layers), on);

describe("container", () => {
  it("looks for engine and image in one round trip, then is a layer", async () => {
    const on = machine("version apptainer version 1.4.5\nimage readable\n");
    const launch = await prepare(compose(["true"], [container(image)]), on);
    expect(launch.argv).toEqual(["apptainer", "exec", "--no-eval", "/shared/base.sif", "true"]);
    expect(on.calls).toHaveLength(1);
  });

  it("does not look for an image that only the node knows", async () => {
    const on = machine("version apptainer version 1.4.5\n");
    await start(on, container(sif(expand("$SCRATCH/x.sif"))));
    expect(on.calls[0]?.argv.join(" ")).not.toContain("SCRATCH");
  });

  it("looks inside of an outer container", async () => {
    const on = machine("version apptainer version 1.4.5\nimage readable\n");
    await start(on, container(sif("/outer.sif")), container(image));
    expect(on.calls[1]?.argv.join(" ")).toContain("/outer.sif");
  });

  it.each([
    ["version -\nimage readable\n", EngineError, "apptainer is not installed on scripted"],
    ["version apptainer version 1.0.3\nimage readable\n", EngineError, "Apptainer 1.1 or newer is needed"],
    ["version apptainer version 1.4.5\nimage missing\n", ImageError, "/shared/base.sif is not on scripted: build it there"],
    ["version apptainer version 1.4.5\nimage unreadable\n", ImageError, "cannot be read by tester"],
  ])("fails before the queue on %j", async (stdout, type, message) => {
    const failure: unknown = await start(machine(stdout), container(image)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(type);
    expect((failure as Error).message).toContain(message);
  });

  it("fails before the queue on an option that the engine there does not have", async () => {
    const failure: unknown = await start(machine("version apptainer version 1.2.5\nimage readable\n"), container(image, { shareNamespaces: true })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "EngineError", code: "flag-unsupported", detail: { flags: ["sharens"], version: "apptainer version 1.2.5" } });
  });

  it("looks for the engine alone where an instance runs", async () => {
    const on = machine("version apptainer version 1.4.5\n");
    const launch = await prepare(compose(["true"], [container(instance("db"))]), on);
    expect(launch.argv).toEqual(["apptainer", "exec", "--no-eval", "instance://db", "true"]);
  });

  it("refuses wrong options before it connects", () => {
    expect(() => container(image, { gpu: "intel" as "amd" })).toThrow("gpu");
  });
});
