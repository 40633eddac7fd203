import { commandLine, expand, lines, OptionsError, PathRefusedError, raw, sh, type HostPath } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import type { Mount } from "./mount.js";
import { planMounts } from "./plan-mounts.js";

const read = (path: HostPath["path"]): HostPath => ({ path, access: "read" });
const write = (path: HostPath["path"]): HostPath => ({ path, access: "write" });
const mount = (source: string, destination = source, readOnly = false): Mount => ({ source, destination, readOnly });

describe("planMounts", () => {
  it("mounts what is needed at its own path, read-only unless it is written", () => {
    expect(planMounts([], [read("/data"), write("/out")])).toEqual({
      setup: [],
      records: ["type=bind,source=/data,destination=/data,ro", "type=bind,source=/out,destination=/out"],
    });
  });

  it("mounts a path once, writable if anyone writes there", () => {
    expect(planMounts([mount("/data/", "/data", true)], [read("/data"), write("//data/.")]).records).toEqual(["type=bind,source=/data,destination=/data"]);
  });

  it("mounts a folder before what lies in it", () => {
    expect(planMounts([], [write("/a/b/c"), read("/a"), read("/a/b")]).records).toEqual([
      "type=bind,source=/a,destination=/a,ro",
      "type=bind,source=/a/b,destination=/a/b,ro",
      "type=bind,source=/a/b/c,destination=/a/b/c",
    ]);
  });

  it("refuses two sources for one destination, of which Apptainer would drop one", () => {
    expect(() => planMounts([mount("/x", "/data"), mount("/y", "/data")], [])).toThrow(OptionsError);
    expect(() => planMounts([mount("/x", "/data")], [read("/data")])).toThrow("/data would be both /x and /data of the host");
  });

  it.each(["/", "/usr", "/usr/local/", "/usr/bin", "/lib64", "/etc"])("refuses to cover the image's own %s", (path) => {
    expect(() => planMounts([], [read(path)])).toThrow(PathRefusedError);
  });

  it("lets a caller say so for all but the root", () => {
    expect(planMounts([mount("/opt/site/etc", "/etc", true)], []).records).toEqual(["type=bind,source=/opt/site/etc,destination=/etc,ro"]);
    expect(() => planMounts([mount("/x", "/")], [])).toThrow(PathRefusedError);
  });

  describe.each(shells)("in %s, for a path that only the node knows", (shell) => {
    const plan = planMounts([{ source: expand("$SCRATCH/in"), destination: "/in", readOnly: true }], [write(expand("$SCRATCH")), read(expand("$SCRATCH"))]);
    const script = lines(sh`set -e`, ...plan.setup.map((step) => raw(step.shell)), sh`printf '%s\n' ${plan.records}`).shell;

    it("takes it once, and mounts it whatever it holds", () => {
      expect(plan.setup).toHaveLength(2);
      const { stdout, status } = runShell(shell, script, { env: { SCRATCH: "/s c,r $(id) `id` *'x" } });
      expect(status).toBe(0);
      expect(stdout).toBe(
        [
          `type=bind,"source=/s c,r $(id) \`id\` *'x/in",destination=/in,ro`,
          `type=bind,"source=/s c,r $(id) \`id\` *'x","destination=/s c,r $(id) \`id\` *'x"`,
          "",
        ].join("\n"),
      );
    });

    it.each([["a quote", '/a"b'], ["a line break with a carriage return", "/a\r\nb"], ["no slash before it", "a/b"], ["nothing", ""], ["nothing but slashes", "//"], ["a step back", "/a/../b"], ["one at its end", "/a/.."]])("stops before the command if it has %s", (_what, value) => {
      const { status, stdout, stderr } = runShell(shell, script, { env: { SCRATCH: value } });
      expect(status).not.toBe(0);
      expect(stdout).toBe("");
      expect(stderr).not.toBe("");
    });
  });

  it("is one word for the shell whatever was given", () => {
    expect(commandLine(planMounts([], [read("/it's")]).records)).toBe(`'type=bind,source=/it'\\''s,destination=/it'\\''s,ro'`);
  });

  it("mounts what is in a file that holds a file system, at the folder where it is wanted", () => {
    expect(planMounts([], [{ path: "/w/env,1.squashfs", access: "read", imageAt: "/w/env 1" }]).records).toEqual(['type=bind,"source=/w/env,1.squashfs",destination=/w/env 1,image-src=/,ro']);
    for (const imageAt of ["/usr", "/", "/etc/"]) expect(() => planMounts([], [{ path: "/w/env.squashfs", access: "read", imageAt }])).toThrow("cannot be mounted over the image's own");
  });
});
