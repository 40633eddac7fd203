import { addingLayer, applyLayers, compose, OptionsError, renderScript, setVariable } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { execCommand } from "../command/action-commands.js";
import { parseEngineVersion } from "../engine/engine-version.js";
import { instance, sif } from "../image/image.js";
import { containerLayer } from "./container-layer.js";
import type { ContainerOptions } from "./container-options.js";

const image = sif("/x.sif");
const script = (options: ContainerOptions, argv = ["true"]): string => renderScript(applyLayers(compose(argv), [containerLayer(image, options)])).text;
const hybrid = { mpi: { pattern: "hybrid" } } as const;
const bind = { mpi: { pattern: "bind", libraries: ["/opt/mpi/lib", "/usr/lib64/libpmi2.so.0", "/opt/ucx/lib"] } } as const;

describe("a container of an MPI rank", () => {
  it("shares the host's shared memory, and brings in what tells a rank its place under a clean environment alone", () => {
    expect(script(hybrid)).toContain("--mount 'type=bind,source=/dev/shm,destination=/dev/shm' ");
    expect(script(hybrid)).not.toContain("hpckit_pass");
    for (const name of ["SLURM_", "PMI_", "PMIX_", "OMPI_", "UCX_"]) expect(script({ ...hybrid, cleanEnv: true })).toContain(`s/^\\(${name}[A-Za-z0-9_]*`);
  });

  it.each([
    ["apptainer version 1.4.5", {}, true],
    ["apptainer version 1.4.5", { shareNamespaces: false }, false],
    ["apptainer version 1.2.5", {}, false],
    ["singularity-ce version 4.1.5", {}, false],
  ])("shares name spaces with the node's others where the engine can: %s, %j", (version, options, shares) => {
    expect(script({ ...hybrid, ...options, engine: parseEngineVersion(version) }).includes("--sharens")).toBe(shares);
  });

  it("shares no name spaces by itself with an engine that is not known", () => {
    expect(script(hybrid)).not.toContain("--sharens");
  });

  it("finds the host's libraries first, in their order, before what inner layers say of them", () => {
    const text = script({ ...bind, program: "echo" });
    expect(text).toContain("--mount 'type=bind,source=/opt/mpi/lib,destination=/opt/mpi/lib,ro'");
    expect(text).toContain("--mount 'type=bind,source=/usr/lib64/libpmi2.so.0,destination=/hpckit/libraries/libpmi2.so.0,ro'");
    const inside = applyLayers(compose(["sh", "-c", 'echo "$LD_LIBRARY_PATH"']), [containerLayer(image, bind), addingLayer("mine", { setup: [{ kind: "prepend", name: "LD_LIBRARY_PATH", folder: "/mine" }] })]).argv.at(-1);
    expect(inside).toContain("LD_LIBRARY_PATH=/mine");
    expect(runShell("sh", inside as string).stdout).toBe("/mine:/opt/mpi/lib:/hpckit/libraries:/opt/ucx/lib\n");
  });

  it.each(shells)("finds folders of every name that is accepted, in %s", (shell) => {
    const name = fc.string({ unit: fc.constantFrom("a", " ", ",", '"', "'", "\\", "=", "`", "*", "?", "#", "~", "{", "&", "|", "!", "%", "é"), minLength: 1, maxLength: 10 }).map((text) => `/opt/${text}`);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 3 }), (libraries) => {
        const inside = applyLayers(compose(["sh", "-c", 'printf %s "$LD_LIBRARY_PATH"']), [containerLayer(image, { mpi: { pattern: "bind", libraries } })]).argv.at(-1);
        expect(runShell(shell, inside as string, { env: { LD_LIBRARY_PATH: "/image" } }).stdout).toBe([...libraries, "/image"].join(":"));
      }),
      { numRuns: 15 },
    );
  });

  it.each(shells)("mounts the folder of a PMIx server where there is one, in %s", (shell) => {
    const text = script({ ...hybrid, program: "printf", verb: "exec" }).replace("exec printf exec", "exec printf '<%s>' exec");
    const started = (folder: string): string => runShell(shell, `PMIX_SERVER_TMPDIR=${folder}\n${text}`).stdout;
    expect(started("")).not.toContain("<--mount><type=bind,\"");
    expect(started("/no/such")).not.toContain("/no/such");
    expect(started("/usr")).toContain('<--mount><type=bind,"source=/usr","destination=/usr"></x.sif>');
  });

  it.each([
    ["contain", { contain: "files" }, "which it hides"],
    ["contain", { contain: "all" }, "which it hides"],
    ["namespaces", { namespaces: { pid: true } }, "leave out pid and ipc"],
    ["namespaces", { namespaces: { ipc: true } }, "leave out pid and ipc"],
    ["network", { network: { types: ["none"] } }, "host's network"],
    ["fuseMounts", { fuseMounts: [{ by: "host", command: ["sshfs", "h:/"], at: "/m" }] }, "a PID namespace of its own"],
    ["withoutMounts", { withoutMounts: ["dev"] }, "leave out dev and tmp"],
    ["withoutMounts", { withoutMounts: ["/dev/shm"] }, "leave out dev and tmp"],
  ] satisfies [string, ContainerOptions, string][])("is refused together with %s %j", (path, options, reason) => {
    expect(() => containerLayer(image, { ...hybrid, ...options })).toThrow(reason);
    expect(() => containerLayer(image, { ...bind, ...options })).toThrow(`${path}: `);
  });

  it.each(["/usr/lib64", "/lib/x86_64-linux-gnu/", "/usr/local/lib", "relative", "/a:b", "/a;b", "/$ORIGIN", "/a\nb"])("takes no libraries from %s", (library) => {
    expect(() => containerLayer(image, { mpi: { pattern: "bind", libraries: [library] } })).toThrow(OptionsError);
  });

  it("is started by a launch, not by a bare command line or in an instance that runs", () => {
    // @ts-expect-error -- a script finds out what MPI needs
    expect(() => execCommand(image, { command: ["true"], mpi: { pattern: "hybrid" } })).toThrow("use containerLayer");
    // @ts-expect-error -- settled when it was started
    expect(() => containerLayer(instance("db"), { mpi: { pattern: "hybrid" } })).toThrow("a running instance would ignore it");
    expect(() => applyLayers(compose(["true"]), [containerLayer(image, { ...bind, verb: "run" })])).toThrow("a path list");
  });

  it("arrives with the variables of inner layers as ever", () => {
    expect(renderScript(applyLayers(compose(["true"]), [containerLayer(image, hybrid), addingLayer("v", { setup: [setVariable("A", "b c")] })])).text).toContain("APPTAINERENV_A='b c'");
  });
});

describe("what a site binds", () => {
  it("comes in as its configuration says it, with the environment's, or not at all", () => {
    expect(script({})).not.toMatch(/bind-paths|APPTAINER_BINDPATH/);
    expect(script({ siteBinds: "configured" })).toBe(script({}));
    expect(script({ siteBinds: "inherit" })).toContain("APPTAINER_BIND | APPTAINER_BINDPATH | APPTAINER_MOUNT");
    expect(script({ siteBinds: "none" })).toContain("--no-mount bind-paths");
  });
});
