import { compose, expand, OptionsError } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { doctor } from "../doctor/doctor.js";
import { findEngine } from "../engine/find-engine.js";
import { buildImage } from "../image/build-image.js";
import { instance, sandbox, sif } from "../image/image.js";
import { findInstance, listInstances } from "../instance/find-instance.js";
import { startInstance } from "../instance/start-instance.js";
import { runInContainer } from "../run/run-in-container.js";
import { ensureImage } from "./ensure-image.js";
import { fromStore } from "./from-store.js";
import { imageStore } from "./image-store.js";
import { listImages } from "./list-images.js";
import { planSource } from "./plan-source.js";

const store = imageStore({ root: "/images" });
const on = scriptedTransport(() => ({}));
const wrong = (given: unknown): never => given as never;

describe("a wrong argument is told by its name, before anything happens", () => {
  it.each([
    ["ensureImage", () => ensureImage(store, sif("/x.sif"), wrong(store)), "on: a Transport"],
    ["ensureImage", () => ensureImage(wrong(on), sif("/x.sif"), on), "store: a store, as imageStore({ root }) gives it"],
    ["ensureImage", () => ensureImage(store, wrong("docker://debian:12"), on), 'source: docker("debian:12") or another reference, sif(path), sandbox(path), { folder } or { definition }; a text is read by parseReference("docker://debian:12")'],
    ["ensureImage", () => ensureImage(store, wrong(instance("x")), on), "source: docker"],
    ["listImages", () => listImages(wrong(on), wrong(store)), "store: "],
    ["buildImage", () => buildImage(wrong({ from: { folder: "/r" }, to: "/x.sif" }), wrong(on)), "on: a Transport"],
    ["buildImage", () => buildImage(on, { from: sandbox(expand("$SCRATCH/root")), to: "/x.sif" }), "from: { folder }"],
    ["startInstance", () => startInstance(wrong(sif("/x.sif")), wrong(on), { name: "x" }), "on: a Transport"],
    ["startInstance", () => startInstance(on, sif("/x.sif"), wrong({})), "name: the name of an instance"],
    ["startInstance", () => startInstance(on, sif("/x.sif"), wrong(undefined)), "nothing was given"],
    ["runInContainer", () => runInContainer(wrong(on), wrong(compose(["true"]))), "on: a Transport"],
    ["findInstance", () => findInstance(wrong("x"), "x"), "on: a Transport, as connectSsh and connectLocal give it, not a text"],
    ["listInstances", () => listInstances(wrong(undefined)), "not nothing"],
    ["findEngine", () => findEngine(wrong(Promise.resolve(on))), "not a promise: await it"],
    ["doctor", () => doctor(wrong({})), "on: a Transport"],
  ] satisfies [string, () => Promise<unknown>, string][])("%s: %#", async (subject, attempt, message) => {
    const failure: unknown = await attempt().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OptionsError);
    expect((failure as Error).message).toMatch(subject);
    expect((failure as Error).message).toContain(message);
    expect(on.calls).toEqual([]);
  });

  it("also where a store's image stands in a container", () => {
    expect(() => fromStore(store, wrong("docker://debian:12"))).toThrow("fromStore: source: ");
    expect(() => fromStore(wrong({}), sif("/x.sif"))).toThrow("fromStore: store: ");
  });
});

it("a sandbox is the folder that it is, to a store", async () => {
  const options = { architecture: "amd64", signer: undefined };
  expect(await planSource(sandbox("/root"), store, on, options)).toEqual(await planSource({ folder: "/root" }, store, on, options));
  await expect(planSource(sandbox(expand("$SCRATCH/root")), store, on, options)).rejects.toThrow("known only on a node");
});
