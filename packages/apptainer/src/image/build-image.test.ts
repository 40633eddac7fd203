import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptedTransport, type ScriptedTransport } from "@hpckit/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shells, type ShellName } from "../../../../tools/shells/run-shell.js";
import { ImageError } from "../error/apptainer-errors.js";
import { buildImage } from "./build-image.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "it's an image, "));
  mkdirSync(join(folder, "tmp"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the real script in a real shell, with an engine that does what a test says. */
function machine(shell: ShellName, engine: string): ScriptedTransport {
  const program = join(folder, "apptainer");
  writeFileSync(program, `#!/bin/sh\n${engine}\n`);
  chmodSync(program, 0o755);
  return scriptedTransport(({ argv, options }) => {
    const { status, signal, stdout, stderr } = spawnSync(shell, argv.slice(1), {
      encoding: "utf8",
      input: typeof options.stdin === "string" ? options.stdin : "",
      env: { SHLVL: "1", PATH: `${folder}:${process.env["PATH"] ?? ""}`, TMPDIR: join(folder, "tmp"), APPTAINER_BIND: "/etc" },
    });
    return { ...(signal === null ? { exitCode: status ?? 1 } : { signal }), stdout, stderr };
  });
}

const to = (): string => join(folder, "im ages", "x.sif");
const build = (on: ScriptedTransport, onProgress?: (line: string) => void): ReturnType<typeof buildImage> => buildImage(on, { from: { folder: "/root fs" }, to: to(), onProgress });
const leftovers = (): readonly string[] => [...readdirSync(join(folder, "tmp")), ...(existsSync(join(folder, "im ages")) ? readdirSync(join(folder, "im ages")) : [])];

describe.each(shells)("buildImage, in %s", (shell) => {
  it("gives the image its name when it is whole, and removes what it used", async () => {
    const on = machine(shell, 'echo "INFO: $1 ${3}"; mkdir -p "$APPTAINER_TMPDIR/rootfs/a"; chmod 500 "$APPTAINER_TMPDIR/rootfs/a"; echo image > "$2"');
    const lines: string[] = [];
    expect(await build(on, (line) => lines.push(line))).toEqual({ kind: "built", image: { kind: "sif", path: to() } });
    expect(lines).toEqual(["INFO: build /root fs"]);
    expect(readFileSync(to(), "utf8")).toBe("image\n");
    expect(leftovers()).toEqual(["x.sif"]);
  });

  it("goes on where who is told of it fails", async () => {
    const told = (): void => {
      throw new Error("no screen");
    };
    expect((await build(machine(shell, 'echo "INFO: x"; echo image > "$2"'), told)).kind).toBe("built");
  });

  it("does nothing for an image that is there", async () => {
    const on = machine(shell, 'echo "$0 ran" >&2; echo image > "$2"');
    await build(on);
    const { ino } = statSync(to());
    expect((await build(on)).kind).toBe("already-there");
    expect(statSync(to()).ino).toBe(ino);
  });

  it("leaves the other's image when two build at once", async () => {
    const on = machine(shell, `echo other > '${to().replaceAll("'", `'\\''`)}'; echo mine > "$2"`);
    expect((await build(on)).kind).toBe("already-there");
    expect(readFileSync(to(), "utf8")).toBe("other\n");
    expect(leftovers()).toEqual(["x.sif"]);
  });

  it.each([
    ["fails", 'echo half > "$2"; echo "INFO: x"; echo "FATAL:   no space" >&2; exit 255', "FATAL:   no space"],
    ["leaves something out and only says so", `echo half > "$2"; echo 'time="x" level=error msg="Tar: permission denied"' >&2`, "Tar: permission denied"],
    ["says nothing", "exit 3", "the engine said nothing"],
  ])("leaves nothing where the engine %s, and gives its reason", async (_what, engine, reason) => {
    const failure: unknown = await build(machine(shell, engine)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ImageError);
    expect((failure as ImageError).message).toContain(reason);
    expect(leftovers()).toEqual([]);
  });

  it("leaves nothing under the name when it is killed, and the next build clears up", async () => {
    await build(machine(shell, 'echo half > "$2"; kill -9 "$PPID"')).catch(() => undefined);
    // The shell that builds in the pipeline is the engine's parent; kill its parent, the script, too.
    await expect(build(machine(shell, 'echo half > "$2"; kill -9 "$(ps -o ppid= -p "$PPID")" "$PPID"'))).rejects.toThrow("SIGKILL ended it");
    expect(existsSync(to())).toBe(false);
    expect(leftovers().some((name) => name.endsWith(".part"))).toBe(true);
    expect((await build(machine(shell, 'echo image > "$2"'))).kind).toBe("built");
    expect(leftovers()).toEqual(["x.sif"]);
  });

  it("removes of what lies beside it nothing but what a killed build of its own left", async () => {
    const place = 'place=$(uname -n)-$(readlink /proc/self/ns/pid | tr -dc 0-9)';
    const beside = `${place}; mkdir kept; mkdir "hpckit-image-$place-$$.living" "hpckit-image-other-1-999999999.abcdef"; ln -s ../kept "hpckit-image-$place-999999999.linked"`;
    spawnSync("sh", ["-c", beside.replaceAll("$$", String(process.pid))], { cwd: join(folder, "tmp") });
    const before = leftovers();
    expect(before).toHaveLength(4);
    await build(machine(shell, 'echo image > "$2"'));
    expect(leftovers()).toEqual([...before, "x.sif"]);
  });

  it("does not take a folder for an image", async () => {
    mkdirSync(to(), { recursive: true });
    await expect(build(machine(shell, 'echo image > "$2"'))).rejects.toThrow("is a folder");
  });

  it("hands a definition over as text, and sets the mode", async () => {
    const on = machine(shell, 'cat "$3" > "$2"');
    await buildImage(on, { from: { definition: { text: "Bootstrap: 'x'\n" } }, to: to(), policy: { fileMode: 0o640, folderMode: 0o750 } });
    expect(readFileSync(to(), "utf8")).toBe("Bootstrap: 'x'\n");
    expect(statSync(to()).mode & 0o777).toBe(0o640);
  });

  it("keeps the engine's ambient variables out of the build", async () => {
    await build(machine(shell, 'echo "${APPTAINER_BIND-none}" > "$2"'));
    expect(readFileSync(to(), "utf8")).toBe("none\n");
  });
});

describe("buildImage", () => {
  it.each(["x.sif", "/images/", ""])("refuses %j as the image's path before it connects", async (path) => {
    await expect(buildImage(scriptedTransport(() => ({})), { from: { folder: "/r" }, to: path })).rejects.toThrow("to: not an absolute path");
  });
});
