import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { docker } from "../image/image-reference.js";
import { instance, sandbox, sif } from "../image/image.js";
import { container } from "./container.js";
import { containerLayer } from "./container-layer.js";
import type { ContainerOptions } from "./container-options.js";

const [file, folder, running] = [sif("/x.sif"), sandbox("/root"), instance("db")];

describe("what cannot be does not compile, and is refused in plain JavaScript", () => {
  it.each([
    // @ts-expect-error -- a reference is not brought here by every task
    ["a reference", () => container(docker("debian")), "must first be brought to a file"],
    // @ts-expect-error -- an image in a file takes no changes
    ["changes in a file", () => containerLayer(file, { writable: "image" }), "is read-only"],
    // @ts-expect-error -- the engine refuses it
    ["overlays beside changes in the image", () => containerLayer(folder, { writable: "image", overlays: ["/o"] }), "refuses overlays"],
    // @ts-expect-error -- there is one place for changes
    ["two writable overlays", () => containerLayer(file, { writable: [{ overlay: "/a" }, { overlay: "/b" }] }), "writable"],
    // @ts-expect-error -- the engine ignores the devices
    ["devices beside a GPU", () => containerLayer(file, { gpu: "nvidia", devices: ["v.com/c=0"] }), "ignores devices"],
    // @ts-expect-error -- settled when it was started
    ["mounts of an instance", () => containerLayer(running, { mounts: [{ source: "/data" }] }), "a running instance would ignore it"],
    // @ts-expect-error -- settled when it was started
    ["a GPU of an instance", () => containerLayer(running, { gpu: "nvidia" }), "a running instance would ignore it"],
    // @ts-expect-error -- settled when it was started
    ["overlays of an instance", () => containerLayer(running, { overlays: ["/o"] }), "a running instance would ignore it"],
  ] satisfies [string, () => unknown, string][])("%s", (_what, attempt, reason) => {
    expect(attempt).toThrow(reason);
    expect(attempt).toThrow(OptionsError);
  });

  it.each([
    ["an own tree beside OCI's", { contain: "oci", writable: { overlay: "/o" } }, "takes changes in memory by itself"],
    ["the host's home beside an own one", { contain: "all", home: "host" }, "an empty home"],
    ["the host's home beside own files", { contain: "files", home: "host" }, "an empty home"],
    ["the host's umask beside OCI's", { contain: "oci", umask: "host" }, "umask 0022"],
    ["limits in a file and here", { limits: { file: "/l.toml", cpus: 1 } }, "limits: without cpus, or without file"],
    ["a network to join and one to make", { network: { path: "/n", types: ["none"] } }, "network: without path, or without types"],
    ["a work folder that nothing uses", { workFolder: "/w" }, "only with contain or scratch"],
    ["no PID namespace beside a FUSE mount", { namespaces: { pid: false }, fuseMounts: [{ by: "host", command: ["sshfs", "h:/"], at: "/m" }] }, "needs a PID namespace"],
    ["no PID namespace where there is one", { namespaces: { pid: false }, contain: "all" }, "have a PID namespace"],
    ["shared name spaces and a FUSE mount", { shareNamespaces: true, fuseMounts: [{ by: "host", command: ["sshfs", "h:/"], at: "/m" }] }, "mount it left of the container"],
    ["a user namespace beside fakeroot", { fakeroot: true, namespaces: { user: true } }, "part of fakeroot"],
    ["an init that is not there", { namespaces: { init: false } }, "only with pid: true"],
    ["a GPU that is required and not asked for", { requireGpu: true }, "nothing can be required"],
    ["a FUSE program with a blank", { fuseMounts: [{ by: "host", command: ["a b"], at: "/m" }] }, "without blanks"],
    ["a home with a colon", { home: { source: "/a:b" } }, "without a colon"],
    ["an overlay with a colon", { overlays: ["/a:b"] }, "without a colon"],
    ["variables of the shell by a pattern", { pass: ["P*"] }, "means PATH, too"],
  ] satisfies [string, ContainerOptions, string][])("%s is refused", (_what, options, reason) => {
    expect(() => containerLayer(file, options)).toThrow(reason);
  });

  it.each([
    ["bind", "mounts takes them"],
    ["env", "variables come from the right"],
    ["nv", 'gpu: "nvidia"'],
    ["writable-tmpfs", 'writable: "memory"'],
    ["containall", "contain says how much"],
    ["pwd", "cwd says"],
  ])("the engine's own word %s is told by the option that does it", (name, reason) => {
    for (const make of [container, containerLayer]) expect(() => make(file, { [name]: true })).toThrow(`container: ${name}: unknown option; ${reason}`);
  });
});
