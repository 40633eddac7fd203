import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OutputUnreadableError, renderMake, sh, type LaunchLayer, type Transport } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { doctor } from "./doctor.js";
import type { VenvFinding, VenvFindingCode } from "./venv-finding.js";

const scratch = scratchFolders("hpckit doctor's ");

/** This machine, after a script of the test's in a mount namespace of its own. */
const machine = (setup = ":"): Transport =>
  scriptedTransport(({ argv }) => {
    const { status, stdout, stderr } = spawnSync("unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", `${setup}\nexec "$@"`, "sh", ...argv], { encoding: "utf8" });
    return { exitCode: status ?? undefined, stdout, stderr };
  });

function makeEnvironment(options: readonly string[] = ["--without-pip"]): string {
  const folder = join(realpathSync(scratch()), "env");
  execFileSync("python3", ["-m", "venv", ...options, folder]);
  return folder;
}

/** The tests' own disk is one of this machine alone. */
const look = async (folder: string, setup?: string): Promise<readonly VenvFinding[]> => (await doctor(machine(setup), { folder })).filter(({ code }) => code !== "node-local");
const codesOf = (findings: readonly VenvFinding[]): readonly VenvFindingCode[] => findings.map(({ code }) => code);
const packagesOf = (folder: string): string => join(folder, "lib", readdirSync(join(folder, "lib"))[0] ?? "", "site-packages");

/** A library of this machine with some of its text replaced by as much other text. */
function patchedLibrary(change: (bytes: Buffer) => void): Buffer {
  const [, path = ""] = /libm\.so\.6 => (\/\S+)/.exec(execFileSync("ldd", [process.execPath], { encoding: "utf8" })) ?? [];
  const bytes = readFileSync(path);
  change(bytes);
  return bytes;
}
const replaced = (from: string, to: string) => (bytes: Buffer): void => void bytes.write(to, bytes.indexOf(`\0${from}\0`) + 1);

describe("the doctor of environments", () => {
  it("finds nothing where one works as it was made, also by a link to it", async () => {
    const folder = makeEnvironment();
    symlinkSync(folder, join(folder, "../main"));
    expect(await look(folder)).toEqual([]);
    expect(await look(join(folder, "../main"))).toEqual([]);
  });

  it("looks at one in which names hold line breaks, too", async () => {
    const folder = makeEnvironment();
    const library = patchedLibrary(replaced("libc.so.6", "hkgone.so"));
    for (const name of ["a\nb.so", "whole.so"]) writeFileSync(join(packagesOf(folder), name), library);
    writeFileSync(join(folder, "bin/x\ny"), "#!/elsewhere/env/bin/python3\n");
    const findings = await look(folder);
    expect(codesOf(findings)).toEqual(["moved", "library-missing"]);
    expect(findings.map(({ observed }) => observed).join()).toMatch(/bin\/x\?y: \/elsewhere.*whole\.so/s);
  });

  it("says where no environment is, and where one lies on a disk of this machine", async () => {
    expect(codesOf(await look(scratch()))).toEqual(["environment-missing"]);
    const mounted = `mount -t tmpfs none /mnt && python3 -m venv --without-pip /mnt/env`;
    expect(await doctor(machine(mounted), { folder: "/mnt/env" })).toMatchObject([{ code: "node-local", severity: "warning", observed: "/mnt/env is on tmpfs" }]);
  });

  it("finds an interpreter that is gone, one that is another now, and one that does not start", async () => {
    const folder = makeEnvironment();
    const [python, real] = [join(folder, "bin/python3"), realpathSync(join(folder, "bin/python3"))];
    rmSync(python);
    symlinkSync("/nowhere/bin/python3", python);
    expect(await look(folder)).toMatchObject([{ code: "base-missing", severity: "error", observed: expect.stringContaining("bin/python leads to /nowhere/bin/python3; made with ") as string }]);
    rmSync(python);
    writeFileSync(python, "#!/bin/sh\necho 'python: error while loading shared libraries' >&2\nexit 127\n");
    chmodSync(python, 0o755);
    expect(await look(folder)).toMatchObject([{ code: "interpreter-fails", observed: "python: error while loading shared libraries" }]);
    rmSync(python);
    symlinkSync(real, python);
    const settings = join(folder, "pyvenv.cfg");
    writeFileSync(settings, readFileSync(settings, "utf8").replace(/^version = .*$/m, "version = 3.5.2"));
    expect(await look(folder)).toMatchObject([{ code: "base-changed", observed: expect.stringContaining("made with 3.5.2") as string }]);
  });

  it("finds one that was moved, by its programs as pip writes them", async () => {
    const folder = makeEnvironment([]);
    const moved = join(folder, "../else where");
    renameSync(folder, moved);
    const findings = await look(moved);
    expect(codesOf(findings)).toEqual(["moved"]);
    expect(findings[0]?.observed).toContain(`${moved}/bin/pip: ${folder}/bin/python`);
  });

  it("finds first lines that are longer than a kernel reads, and which kernel does", async () => {
    const folder = makeEnvironment();
    const write = (length: number): void => {
      writeFileSync(join(folder, "bin/tool"), `#!${"/".repeat(length - 10)}bin/echo\n`);
      chmodSync(join(folder, "bin/tool"), 0o755);
    };
    const oldKernel = 'mount -t tmpfs none /mnt; printf "#!/bin/sh\\n[ \\$1 = -m ] && exec /usr/bin/uname -m; echo 4.18.0-553.el8\\n" > /mnt/uname; chmod +x /mnt/uname; PATH=/mnt:$PATH';
    const said = (): string => spawnSync(join(folder, "bin/tool"), { encoding: "utf8" }).stdout;
    write(120);
    expect([await look(folder), said()]).toEqual([[], `${folder}/bin/tool\n`]);
    write(200);
    expect(await look(folder)).toMatchObject([{ code: "shebang-too-long", severity: "warning", observed: expect.stringContaining("reads 255") as string }]);
    expect(await look(folder, oldKernel)).toMatchObject([{ code: "shebang-too-long", severity: "error", observed: expect.stringContaining("Linux 4.18.0-553.el8 reads 127") as string }]);
    write(260);
    expect(await look(folder)).toMatchObject([{ code: "shebang-too-long", severity: "error" }]);
    expect(said()).toBe(""); // no kernel took it: a shell did
  });

  it("finds libraries that are missing, a C library that is too old, and code for another processor", async () => {
    const folder = makeEnvironment();
    const at = join(packagesOf(folder), "it's a/x.so");
    mkdirSync(join(at, ".."));
    const write = (change: (bytes: Buffer) => void): void => writeFileSync(at, patchedLibrary(change));
    write(() => undefined);
    expect(await look(folder)).toEqual([]);
    write(replaced("libc.so.6", "libq.so.6"));
    expect(await look(folder)).toMatchObject([{ code: "library-missing", observed: `libq.so.6 wanted by ${at}` }]);
    writeFileSync(join(packagesOf(folder), "libq.so.6"), "");
    expect(await look(folder)).toEqual([]);
    write(replaced("GLIBC_2.2.5", "GLIBC_9.9.9"));
    expect(await look(folder)).toMatchObject([{ code: "c-library-too-old", observed: `GLIBC_9.9.9 wanted by ${at}` }]);
    write((bytes) => void bytes.writeUInt16LE(process.arch === "arm64" ? 0x3e : 0xb7, 18));
    expect(await look(folder)).toMatchObject([{ code: "other-architecture", observed: expect.stringContaining(at) as string }]);
  });

  it("finds files that a purge has taken", async () => {
    const root = realpathSync(scratch());
    execFileSync("sh", ["-c", renderMake({ root, name: "abc", id: "1" }, sh`python3 -m venv --without-pip "$hpckit_folder"; echo x > "$hpckit_folder/data"`).shell]);
    expect(await look(join(root, "abc"))).toEqual([]);
    rmSync(join(root, "abc-1/data"));
    expect(codesOf(await look(join(root, "abc")))).toEqual(["files-missing"]);
  });

  it("finds what is imported beside what was installed", async () => {
    const folder = makeEnvironment(["--without-pip", "--system-site-packages"]);
    const home = realpathSync(scratch());
    expect(await look(folder, "unset PYTHONPATH PYTHONHOME")).toEqual([]);
    expect(await look(folder, "export PYTHONPATH=/a LOADEDMODULES=scipy/1")).toMatchObject([{ code: "python-variables", severity: "warning", observed: "PYTHONPATH=/a; loaded modules: scipy/1" }]);
    expect(await look(folder, "export PYTHONHOME=/b")).toMatchObject([{ code: "python-variables", severity: "error", observed: "PYTHONHOME=/b" }]);
    mkdirSync(join(home, ".local/lib/python3.9/site-packages/six"), { recursive: true });
    const atHome = `export HOME='${home.replaceAll("'", `'\\''`)}'`;
    expect(codesOf(await look(folder, atHome))).toEqual(["user-site-visible"]);
    expect(await look(folder, `${atHome} PYTHONNOUSERSITE=1`)).toEqual([]);
    appendFileSync(join(packagesOf(folder), "a.pth"), `import os\n${packagesOf(folder)}\n${home}/project\n`);
    expect(await look(folder, `${atHome} PYTHONNOUSERSITE=1`)).toMatchObject([{ code: "path-file-leads-out", observed: `a.pth: ${home}/project`, cause: expect.stringContaining("home folder") as string }]);
  });

  it("finds a file system that starts no programs, and one that has few inodes left", async () => {
    const make = "python3 -m venv --without-pip --copies /mnt/env";
    expect(await look("/mnt/env", `mount -t tmpfs none /mnt && ${make}`)).toEqual([]);
    expect(await look("/mnt/env", `mount -t tmpfs none /mnt && ${make} && mount -o remount,noexec /mnt`)).toMatchObject([{ code: "not-executable-here", observed: "/mnt/env on tmpfs, mounted noexec" }]);
    const [few] = await look("/mnt/env", `mount -t tmpfs -o nr_inodes=40 none /mnt && ${make}; for n in 1 2 3 4 5 6 7 8 9; do for m in 1 2 3 4 5; do touch /mnt/$n$m 2>/dev/null; done; done`);
    expect(few).toMatchObject({ code: "inodes-scarce", observed: expect.stringMatching(/^\d+ % of the inodes are used, \d+ are left$/) as string });
  });

  it("says what it could not look at", async () => {
    const folder = makeEnvironment();
    const few = 'mount -t tmpfs none /mnt; for t in sh python3 readlink sed uname tr head tail grep ls cat stat awk find od df; do ln -s "$(command -v $t)" /mnt/$t; done; export PATH=/mnt';
    expect(await look(folder, few)).toMatchObject([{ code: "not-examined", severity: "note", observed: "not installed: ldd, findmnt" }]);
  });

  it("looks inside the containers that it is used in", async () => {
    const seen: unknown[] = [];
    const box: LaunchLayer = { name: "box", boundary: "filesystem", apply: (inner) => (seen.push(inner.needs), inner) };
    const folder = makeEnvironment();
    await doctor(machine(), { folder, within: [box] });
    expect(seen).toEqual([[{ path: folder, access: "read" }]]);
  });

  it("guesses nothing from a banner, or from a report that was cut", async () => {
    await expect(doctor(scriptedTransport(() => ({ stdout: "Welcome!\n" })), { folder: "/e" })).rejects.toThrow(OutputUnreadableError);
    await expect(doctor(scriptedTransport(() => ({ stdout: "folder /e\nmachine x86_64\n" })), { folder: "/e" })).rejects.toThrow("no end");
  });
});
