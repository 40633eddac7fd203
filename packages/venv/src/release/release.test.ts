import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AbortedError, compose, listContentFolders, OptionsError, prepare, run, sh, TransportError, type Transport } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { describe, expect, it } from "vitest";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { ensureRelease } from "./ensure-release.js";
import { releaseAt, released, releaseLayer } from "./release-layer.js";
import { release, type ReleaseInput } from "./release.js";
import { matcher } from "./stage-source.js";

const scratch = scratchFolders("hpckit it's a release-");
const makeFolder = (): string => realpathSync(scratch());

/** A project with a package, a program, a link, and what nobody deploys. */
function makeProject(): string {
  const folder = makeFolder();
  const files = { "src/caqrn.py": "print('one')\n", "bin/run me": "#!/bin/sh\necho ran\n", "data/raw/big": "x", ".git/HEAD": "x", "src/__pycache__/caqrn.pyc": "x", "a.log": "x" };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  chmodSync(join(folder, "bin/run me"), 0o755);
  symlinkSync("caqrn.py", join(folder, "src/alias.py"));
  return folder;
}

const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);
const entriesOf = (folder: string): readonly string[] => (readdirSync(folder, { recursive: true }) as string[]).filter((name) => !name.startsWith(".hpckit")).sort();

describe("ensureRelease", () => {
  it("brings what is not left out, read-only, and finds it then", async () => {
    await using here = await connectLocal();
    const given = release({ root: join(makeFolder(), "re leases"), source: makeProject(), exclude: ["*.log", "data/raw"] });
    const made = await ensureRelease(given, here);
    expect(made.outcome).toBe("uploaded");
    expect(entriesOf(made.folder)).toEqual(["bin", "bin/run me", "data", "src", "src/alias.py", "src/caqrn.py"]);
    expect([modeOf(made.folder), modeOf(join(made.folder, "src/caqrn.py")), modeOf(join(made.folder, "bin/run me"))]).toEqual(["555", "444", "555"]);
    expect(await ensureRelease(given, here)).toEqual({ ...made, outcome: "found" });
    expect(await listContentFolders(here, given.root)).toMatchObject([{ folder: made.folder, state: "published" }]);
  });

  it("is another where a content, a name, or what may be executed is another, and the same whatever the umask was", async () => {
    await using here = await connectLocal();
    const [root, source] = [makeFolder(), makeProject()];
    const digest = async (from = source): Promise<string> => (await ensureRelease(release({ root, source: from }), here)).digest;
    const before = await digest();
    const copy = join(makeFolder(), "copy");
    cpSync(source, copy, { recursive: true, verbatimSymlinks: true });
    chmodSync(join(copy, "src/caqrn.py"), 0o600);
    chmodSync(join(copy, "src"), 0o700);
    expect(await digest(copy)).toBe(before);
    chmodSync(join(copy, "src/caqrn.py"), 0o700);
    const executable = await digest(copy);
    writeFileSync(join(copy, "src/caqrn.py"), "print('two')\n");
    const changed = await digest(copy);
    rmSync(join(copy, "src/alias.py"));
    expect(new Set([before, executable, changed, await digest(copy)]).size).toBe(4);
  });

  it("takes an archive of a commit", async () => {
    await using here = await connectLocal();
    const [project, archive] = [makeProject(), join(makeFolder(), "caqrn.tar.gz")];
    execFileSync("tar", ["-czf", archive, "-C", project, "src", "bin"]);
    const { folder, outcome } = await ensureRelease(release({ root: makeFolder(), source: { archive } }), here);
    expect([outcome, entriesOf(folder)]).toEqual(["uploaded", ["bin", "bin/run me", "src", "src/__pycache__", "src/__pycache__/caqrn.pyc", "src/alias.py", "src/caqrn.py"]]);
  });

  it("gives a group what the policy says, and nobody to write", async () => {
    await using here = await connectLocal();
    const root = join(makeFolder(), "made");
    const { folder } = await ensureRelease(release({ root, source: makeProject(), policy: { fileMode: 0o660, folderMode: 0o2770 } }), here);
    expect([modeOf(root), modeOf(join(folder, ".hpckit"))]).toEqual(["2770", "2770"]);
    expect([modeOf(folder), modeOf(join(folder, "src/caqrn.py")), modeOf(join(folder, "bin/run me"))]).toEqual(["2550", "440", "550"]);
  });

  it.each([["/etc/passwd"], ["../../outside"]])("refuses a link to %s, and leaves nothing", async (to) => {
    await using here = await connectLocal();
    const [root, source] = [makeFolder(), makeProject()];
    symlinkSync(to, join(source, "src/out"));
    await expect(ensureRelease(release({ root, source }), here)).rejects.toMatchObject({ code: "release-refused", message: expect.stringContaining(`src/out leads to ${to}`) as string });
    expect(readdirSync(root)).toEqual([]);
  });

  it("refuses what it cannot read, and an empty source", async () => {
    await using here = await connectLocal();
    await expect(ensureRelease(release({ root: makeFolder(), source: "/nowhere" }), here)).rejects.toThrow(OptionsError);
    await expect(ensureRelease(release({ root: makeFolder(), source: makeFolder() }), here)).rejects.toThrow("it holds no file");
  });

  it("leaves nothing where it cannot be brought, is given up meanwhile, or its root is closed, and says why", async () => {
    await using here = await connectLocal();
    const given = release({ root: makeFolder(), source: makeProject() });
    const full: Transport = { ...here, upload: () => Promise.reject(new TransportError("disk-full", "no room")) };
    await expect(ensureRelease(given, full)).rejects.toMatchObject({ code: "disk-full" });
    const aborting = new AbortController();
    const slow: Transport = { ...here, upload: async (from, to, options) => (aborting.abort(), here.upload(from, to, { ...options, signal: undefined })) };
    await expect(ensureRelease(given, slow, { signal: aborting.signal })).rejects.toThrow(AbortedError);
    await expect.poll(() => readdirSync(given.root)).toEqual([]);
    const closed = release({ root: join(given.root, "file/releases"), source: makeProject() });
    writeFileSync(join(given.root, "file"), "");
    await expect(ensureRelease(closed, here)).rejects.toMatchObject({ code: "release-refused", message: expect.stringMatching(/mkdir: .*; ask for write access to that root/) as string });
  });

  it("is brought once by all who ask at once", async () => {
    await using here = await connectLocal();
    let uploads = 0;
    const counting: Transport = { ...here, upload: async (...words) => (uploads++, here.upload(...words)) };
    const given = release({ root: makeFolder(), source: makeProject() });
    const all = await Promise.all(Array.from({ length: 16 }, () => ensureRelease(given, counting)));
    expect(uploads).toBe(1);
    expect(new Set(all.map(({ folder }) => folder)).size).toBe(1);
    expect(all.filter(({ outcome }) => outcome === "uploaded")).toHaveLength(1);
    expect(readdirSync(given.root)).toHaveLength(2);
  });
});

describe("a release in a launch", () => {
  const python = ["python3", "-m", "caqrn"];

  it("is imported from, and what is prepared keeps its own after a switch", async () => {
    await using here = await connectLocal();
    const [root, source] = [makeFolder(), makeProject()];
    const one = await ensureRelease(release({ root, source }), here);
    symlinkSync(one.folder, join(root, "main"));
    const launch = await prepare(compose(python, [releaseAt(join(root, "main"), { pythonPath: ["src"], path: ["bin"], cwd: "src" })]), here);
    writeFileSync(join(source, "src/caqrn.py"), "print('two')\n");
    const two = compose(python, [released(release({ root, source }), { pythonPath: ["src"] })]);
    expect((await run(two, here)).stdout).toBe("two\n");
    expect((await run({ argv: [], layers: [{ name: "prepared", apply: () => launch }] }, here)).stdout).toBe("one\n");
    expect(launch).toMatchObject({ cwd: `${one.folder}/src`, needs: [{ path: one.folder, access: "read" }] });
  });

  it("refuses a folder that the release does not have, and a link that leads to none", async () => {
    await using here = await connectLocal();
    const given = release({ root: makeFolder(), source: makeProject() });
    await expect(prepare(compose(python, [released(given, { pythonPath: ["scr"] })]), here)).rejects.toThrow("scr: there is no such folder");
    await expect(prepare(compose(python, [releaseAt("/tmp")]), here)).rejects.toThrow("leads to no release");
    expect(() => releaseLayer({ folder: "/r" }, { pythonPath: ["../x"] })).toThrow("it lies within the release");
  });

  it("is not taken where a purge has taken files of it, though a link leads to it", async () => {
    await using here = await connectLocal();
    const { folder } = await ensureRelease(release({ root: makeFolder(), source: makeProject() }), here);
    chmodSync(join(folder, "src"), 0o755);
    rmSync(join(folder, "src/alias.py"));
    await expect(prepare(compose(python, [releaseAt(folder)]), here)).rejects.toThrow("ensure that release again");
  });

  it("is not taken where a prune takes it away as it is looked at", async () => {
    await using here = await connectLocal();
    const { folder } = await ensureRelease(release({ root: makeFolder(), source: makeProject() }), here);
    const bin = makeFolder();
    writeFileSync(join(bin, "touch"), `#!/bin/sh\n${sh`mv ${folder} ${join(bin, "pruned")}`.shell}\n`, { mode: 0o755 });
    const pruned: Transport = { ...here, exec: (argv, options) => here.exec(["env", `PATH=${bin}:${process.env["PATH"] ?? ""}`, ...argv], options) };
    await expect(prepare(compose(python, [releaseAt(folder)]), pruned)).rejects.toThrow("ensure that release again");
  });

  it("leaves the recipe's own folder", async () => {
    await using here = await connectLocal();
    expect((await prepare(compose(["true"], [releaseLayer({ folder: "/r" }, { cwd: "." })], { cwd: "/work" }), here)).cwd).toBe("/work");
  });
});

describe("what stays here", () => {
  it.each([
    ["*.log", "a.log", true],
    ["*.log", "x/y/a.log", true],
    ["*.log", "a.log.txt", false],
    ["data/raw", "data/raw", true],
    ["data/raw", "x/data/raw", false],
    ["data/*", "data/raw", true],
    ["a+b", "a+b", true],
    ["a+b", "aab", false],
  ])("by %s: is %s, %s", (pattern, path, isLeftOut) => {
    expect(matcher([pattern])(path)).toBe(isLeftOut);
  });

  it("cannot be said of an archive, which is taken whole", () => {
    expect(() => release({ root: "/r", source: { archive: "x.tar" }, exclude: ["a"] })).toThrow("an archive is taken whole");
    expect(() => release({ root: "/r", source: { archive: "x.bundle" } })).toThrow("git archive");
    expect(() => release({ root: "/r", sources: "x" } as unknown as ReleaseInput)).toThrow('did you mean "source"?');
  });
});
