import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyLayers, compose, HpckitError, PathRefusedError, renderScript, run, TransportError, type Transport } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import { connectLocal } from "@hpckit/transport";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { runShell, shells, type ShellName } from "../../../../tools/shells/run-shell.js";
import { cleanUp } from "./clean-up.js";
import { createScratch } from "./create-scratch.js";
import { renderRemoval } from "./removal-script.js";
import { markerName, tombstoneName, type Scratch } from "./scratch.js";
import { planSweep, sweep, sweepCommand } from "./sweep.js";

const base = realpathSync(mkdtempSync(join(tmpdir(), "scratch-")));
/** A bash of level 1 whose input is a socket takes itself for one that sshd started, and reads ~/.bashrc. */
const env = { SHLVL: "1" };
const ended = { kind: "completed" };
let root = "";
let victim = "";
beforeEach(() => {
  chmodSync(base, 0o711); // for the account that asNobody takes
  root = mkdtempSync(join(base, "root-"));
  victim = mkdtempSync(join(base, "victim-"));
  writeFileSync(join(victim, "precious"), "kept");
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** This machine, with its scripts run by a chosen shell. */
function local(shell: ShellName = "sh"): Transport {
  const answer = (argv: readonly string[]): Promise<ScriptedReply> =>
    new Promise((resolve) => {
      const [program = "", ...words] = argv;
      execFile(program === "/bin/sh" ? shell : program, words, { env: { PATH: process.env["PATH"], ...env } }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  return {
    ...scriptedTransport(({ argv }) => answer(argv)),
    mkdir: async (path, { policy } = {}) => {
      if (existsSync(String(path))) throw new TransportError("file-exists", "there already");
      mkdirSync(String(path), { mode: policy?.folderMode });
    },
    writeFile: async (path, content) => writeFileSync(String(path), content),
  };
}

const create = async (name = "run", on = local()): Promise<Scratch> => {
  const scratch = await createScratch(on, { root, name });
  mkdirSync(join(scratch.path, "deep/er"), { recursive: true });
  writeFileSync(join(scratch.path, "deep/er/file"), "12345");
  symlinkSync(victim, join(scratch.path, "deep/link"));
  return scratch;
};
/** `readdirSync` would follow links. */
const everything = async (): Promise<string> => (await local().exec(["find", base], { check: true })).stdout;

const refusal = async (scratch: Scratch): Promise<string> => {
  const before = await everything();
  const error: unknown = await sweep(scratch, { on: local(), outcome: ended }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PathRefusedError);
  await expect(planSweep(scratch, { on: local() })).rejects.toBeInstanceOf(PathRefusedError);
  expect(await everything()).toBe(before);
  return (error as Error).message;
};

describe("createScratch", () => {
  it("makes a folder whose marker carries the id and the inode, and is plain data", async () => {
    const scratch = await createScratch(local(), { root, name: "run", policy: { fileMode: 0o640, folderMode: 0o750 } });
    expect(scratch).toEqual({ root, path: join(root, "run"), id: expect.stringMatching(/^[0-9a-f]{20}$/) as string, inode: String(lstatSync(scratch.path).ino) });
    expect(readFileSync(join(scratch.path, markerName), "utf8")).toContain(`\nid ${scratch.id} inode ${scratch.inode}\n`);
    expect(JSON.parse(JSON.stringify(scratch))).toEqual(scratch);
    expect(lstatSync(scratch.path).mode & 0o777).toBe(0o750);
  });

  it("resolves symbolic links of the root, once", async () => {
    symlinkSync(root, join(base, "by-link"));
    expect(await createScratch(local(), { root: join(base, "by-link"), name: "run" })).toMatchObject({ root, path: join(root, "run") });
  });

  it.each(["", ".", "..", "a/b", "../a", "a\0", ".hpckit-x", "x".repeat(256), "\ud800"])("refuses the name %j", async (name) => {
    await expect(createScratch(local(), { root, name })).rejects.toThrow(PathRefusedError);
    expect(readdirSync(root)).toEqual([]);
  });

  it.each(["", "relative/root", "/", "/scratch", "/a/../b", "/a//b", "/a/b/", "/a/./b", "/a/b\0"])("refuses the root %j", async (given) => {
    await expect(createScratch(local(), { root: given, name: "run" })).rejects.toThrow(PathRefusedError);
  });

  it("refuses a root that is not there, or leads through a link to one too near to the top", async () => {
    await expect(createScratch(local(), { root: join(root, "gone"), name: "run" })).rejects.toThrow("cannot be entered");
    symlinkSync("/", join(root, "top"));
    await expect(createScratch(local(), { root: join(root, "top"), name: "hpckit-test" })).rejects.toThrow(PathRefusedError);
    expect(existsSync("/hpckit-test")).toBe(false);
    rmSync(join(root, "top"));
  });

  it("refuses a folder that is there, and leaves none when the marker cannot be written", async () => {
    await create("run");
    await expect(createScratch(local(), { root, name: "run" })).rejects.toThrow("there already");
    const full = { ...local(), writeFile: () => Promise.reject(new TransportError("disk-full", "no space")) };
    await expect(createScratch(full, { root, name: "other" })).rejects.toThrow("no space");
    expect(readdirSync(root)).toEqual(["run"]);
  });

  it("names a mistyped option", async () => {
    await expect(createScratch(local(), { root, nmae: "run" } as never)).rejects.toThrow('did you mean "name"?');
  });
});

describe("over a real transport", () => {
  it("goes the whole way: made, used, refused a second time, cleaned up, swept", async () => {
    await using on = await connectLocal();
    const scratch = await createScratch(on, { root, name: "it's\na run", policy: { fileMode: 0o640, folderMode: 0o2750 } });
    expect([lstatSync(scratch.path).mode & 0o7777, lstatSync(join(scratch.path, markerName)).mode & 0o7777]).toEqual([0o2750, 0o640]);
    await expect(createScratch(on, { root, name: "it's\na run" })).rejects.toThrow("there already");
    expect(await planSweep(scratch, { on })).toMatchObject({ kind: "remove", files: 1, folders: 1 });
    const used = compose(["sh", "-c", "touch here && pwd"], [cleanUp(scratch)], { cwd: scratch.path });
    expect((await run(used, on)).stdout).toBe(`${scratch.path}\n`);
    expect(await sweep(scratch, { on, outcome: ended })).toEqual({ kind: "absent" });
    expect(readdirSync(root)).toEqual([]);
  });
});

describe.each(shells)("removal, run by %s", (shell) => {
  const on = local(shell);

  it.each(["run", "it's \"$HOME\" `id`", "-rf", "a\nb\n", " ", "*", "ä\u{1f600}", "x".repeat(255), "[", "!", "a: b"])("removes %j and nothing else", async (name) => {
    const scratch = await create(name, on);
    const other = await create("other");
    expect(await planSweep(scratch, { on })).toEqual({ kind: "remove", path: scratch.path, files: 3, folders: 3, totalBytes: expect.any(Number) as number });
    expect(await sweep(scratch, { on, outcome: ended })).toEqual({ kind: "removed", removed: scratch.path });
    expect(readdirSync(root)).toEqual(["other"]);
    expect(readdirSync(victim)).toEqual(["precious"]);
    expect(await sweep(scratch, { on, outcome: ended })).toEqual({ kind: "absent" });
    expect(await planSweep(scratch, { on })).toEqual({ kind: "absent" });
    await sweep(other, { on, outcome: ended });
  });

  it("works in a root whose name ends in a line break", async () => {
    root = join(root, "it's\n");
    mkdirSync(root);
    const scratch = await create("run", on);
    await sweep(scratch, { on, outcome: ended });
    expect(readdirSync(root)).toEqual([]);
  });

  it("happens after the command, keeps its status, and says nothing", async () => {
    const scratch = await create("run", on);
    const launch = applyLayers(compose(["sh", "-c", "ls; exit 3"], [], { cwd: scratch.path }), [cleanUp(scratch)]);
    expect(launch.needs).toEqual([{ path: scratch.path, access: "write" }]);
    expect(runShell(shell, renderScript(launch).text, { env })).toEqual({ status: 3, stdout: "deep\n", stderr: "" });
    expect(readdirSync(root)).toEqual([]);
  });

  it.each([["keep", ["run"]], ["remove", []]] as const)("after a signal: %s", async (whenSignalled, left) => {
    const scratch = await create("run", on);
    const launch = applyLayers(compose(["sh", "-c", "kill -USR1 $PPID; exec sleep 0.2"]), [cleanUp(scratch, { whenSignalled })]);
    runShell(shell, renderScript(launch).text);
    expect(readdirSync(root)).toEqual(left);
  });

  it("says in the job's log why it kept something", async () => {
    const scratch = await create("run", on);
    rmSync(join(scratch.path, markerName));
    const run = runShell(shell, renderScript(applyLayers(compose(["true"]), [cleanUp(scratch)])).text, { env });
    expect(run).toEqual({ status: 0, stdout: "", stderr: `kept ${scratch.path}: its marker .hpckit-scratch is gone or another one's\n` });
  });

  it("is the same as a command of its own", async () => {
    const scratch = await create("run", on);
    expect(runShell(shell, renderScript(applyLayers(sweepCommand(scratch), [])).text).stdout).toBe("removed\n");
  });
});

describe("sweep", () => {
  it.each(["lost", "unknown", "not-found", "running", "", "COMPLETED"])("keeps the folder where the outcome is %j", async (kind) => {
    const scratch = await create();
    const never = scriptedTransport(() => expect.unreachable("it asked"));
    expect(await sweep(scratch, { on: never, outcome: { kind } })).toMatchObject({ kind: "kept", reason: expect.stringContaining(JSON.stringify(kind)) as string });
  });

  it("keeps the folder of an array while the end of one task is not known", async () => {
    const scratch = await create();
    const outcome = { kind: "failed", tasks: [{ kind: "failed" }, { kind: "lost" }] };
    expect(await sweep(scratch, { on: local(), outcome })).toMatchObject({ kind: "kept" });
    expect(await sweep(scratch, { on: local(), outcome: { kind: "failed", tasks: [{ kind: "failed" }, { kind: "completed" }] } })).toMatchObject({ kind: "removed" });
  });

  it("takes a job that was never submitted for ended", async () => {
    expect(await sweep(await create(), { on: local(), outcome: { kind: "not-submitted" } })).toMatchObject({ kind: "removed" });
  });

  it("refuses a folder that was swapped for a link, or for another folder", async () => {
    const scratch = await create();
    renameSync(scratch.path, join(base, "moved-1"));
    symlinkSync(join(base, "moved-1"), scratch.path);
    expect(await refusal(scratch)).toContain("symbolic link, expected");
    rmSync(scratch.path);
    cpSync(join(base, "moved-1"), scratch.path, { recursive: true, verbatimSymlinks: true });
    expect(await refusal(scratch)).toContain("another one stands in its place");
    rmSync(scratch.path, { recursive: true });
    writeFileSync(scratch.path, "file");
    expect(await refusal(scratch)).toContain("regular file, expected");
  });

  it("refuses a root that was swapped for a link, even to where it was moved", async () => {
    const scratch = await create();
    renameSync(root, `${root}-moved`);
    symlinkSync(`${root}-moved`, root);
    expect(await refusal(scratch)).toContain("symbolic link");
    rmSync(root);
    expect(await refusal(scratch)).toContain("its root cannot be entered");
  });

  it("refuses a copy of the folder, marker and all", async () => {
    const scratch = await create();
    const copy = join(root, "copy");
    cpSync(scratch.path, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    expect(await refusal({ ...scratch, path: copy })).toContain("another one stands in its place");
    expect(await refusal({ ...scratch, path: copy, inode: String(lstatSync(copy).ino) })).toContain("its marker");
  });

  it("refuses a folder without its marker, with a link to it, or with another's", async () => {
    const scratch = await create();
    const other = await create("other");
    const marker = join(scratch.path, markerName);
    renameSync(marker, join(base, "marker"));
    expect(await refusal(scratch)).toContain("its marker");
    symlinkSync(join(base, "marker"), marker);
    expect(await refusal(scratch)).toContain("its marker");
    rmSync(marker);
    cpSync(join(other.path, markerName), marker);
    expect(await refusal(scratch)).toContain("its marker");
  });

  it.each([
    ["/etc/passwd", /outside of its root/], ["ROOT/../victim", /one component/], ["ROOT/a/b", /one component/], ["ROOT/", /one component/], ["ROOT/..", /one component/], ["ROOTrun", /outside/], ["ROOT/.hpckit-removed-1", /kept for clean-up/],
  ])("refuses the path %s", async (path, reason) => {
    const scratch = await create();
    expect(await refusal({ ...scratch, path: path.replace("ROOT", root) })).toMatch(reason);
    expect(() => cleanUp({ ...scratch, path: path.replace("ROOT", root) })).toThrow(PathRefusedError);
  });

  it("refuses what is no scratch", async () => {
    const scratch = await create();
    const wrong = [{ ...scratch, id: "$(id)" }, { ...scratch, id: "../../x" }, { ...scratch, inode: "1; id" }, { ...scratch, root: "/" }, { root, path: scratch.path }];
    for (const each of wrong) await expect(sweep(each as Scratch, { on: local(), outcome: ended })).rejects.toThrow(HpckitError);
    expect(existsSync(scratch.path)).toBe(true);
  });

  it("finishes what a removal that was killed has left, marker or not, and leaves alone what only looks like it", async () => {
    const scratch = await create();
    const tombstone = join(root, tombstoneName(scratch));
    const copy = join(base, "copy"); // made now: an inode that is free again may be given to it
    cpSync(scratch.path, copy, { recursive: true, verbatimSymlinks: true });
    renameSync(scratch.path, tombstone);
    rmSync(join(tombstone, markerName));
    expect(await planSweep(scratch, { on: local() })).toMatchObject({ kind: "remove", path: tombstone, files: 2, folders: 3 });
    mkdirSync(scratch.path); // another job's folder by now
    expect(await sweep(scratch, { on: local(), outcome: ended })).toMatchObject({ kind: "removed" });
    expect(readdirSync(root)).toEqual(["run"]);
    symlinkSync(victim, tombstone);
    expect(await refusal(scratch)).toContain("symbolic link");
    rmSync(tombstone);
    renameSync(copy, tombstone);
    expect(await refusal(scratch)).toContain("another one stands in its place");
  });

  it("removes folders that the job made read-only", async () => {
    const scratch = await create();
    for (const folder of ["deep/er", "deep", ""]) chmodSync(join(scratch.path, folder), 0o500);
    const on = process.getuid?.() === 0 ? asNobody() : local();
    expect(await sweep(scratch, { on, outcome: ended })).toMatchObject({ kind: "removed" });
    expect(readdirSync(root)).toEqual([]);
  });

  it("says what is left where it could not remove, and may be called again", async () => {
    const scratch = await create();
    const busy = withProgram("rm", 'echo "rm: cannot remove: Device or resource busy" >&2; exit 1');
    await expect(sweep(scratch, { on: busy, outcome: ended })).rejects.toMatchObject({ code: "sweep-incomplete", retryable: true, message: expect.stringContaining("resource busy") as string });
    expect(readdirSync(root)).toEqual([tombstoneName(scratch)]);
    expect(await sweep(scratch, { on: local(), outcome: ended })).toMatchObject({ kind: "removed" });
  });

  it("notices a folder that is swapped between the last look and the rename, and puts back what it took", async () => {
    const scratch = await create();
    const aside = join(base, "aside");
    const on = withProgram("mv", `[ -e ${aside} ] || { /bin/mv ${scratch.path} ${aside}; ln -s ${victim} ${scratch.path}; }; exec /bin/mv "$@"`);
    await expect(sweep(scratch, { on, outcome: ended })).rejects.toThrow("it was replaced while it was being removed");
    expect([lstatSync(scratch.path).isSymbolicLink(), readdirSync(root), readdirSync(victim)]).toEqual([true, ["run"], ["precious"]]);
    expect(readdirSync(aside)).toContain("deep");
  });

  it("deletes nothing outside when the tombstone is swapped for a link", async () => {
    const scratch = await create();
    const tombstone = join(root, tombstoneName(scratch));
    const on = withProgram("rm", `/bin/mv ${tombstone} ${join(base, "tombstone")}; ln -s ${victim} ${tombstone}; exec /bin/rm "$@"`);
    await sweep(scratch, { on, outcome: ended });
    expect([readdirSync(root), readdirSync(victim)]).toEqual([[], ["precious"]]);
  });

  it("deletes nothing outside while its folder is swapped for a link again and again", async () => {
    const rounds = 200;
    const swapper = `for round in $(seq 100000); do mv -T "$1" "$2" && ln -sT "$3" "$1"; rm -f "$1"; mv -T "$2" "$1"; [ -e "$4" ] && exit; echo; done 2>/dev/null`;
    const seen = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      const scratch = await createScratch(local(), { root, name: "run" });
      writeFileSync(join(scratch.path, "file"), "x");
      const aside = join(base, `aside-${round}`);
      const stop = join(base, `stop-${round}`);
      const swapping = spawn("bash", ["-c", swapper, "swapper", scratch.path, aside, victim, stop], { stdio: ["ignore", "pipe", "inherit"] });
      await once(swapping.stdout, "data"); // it is at work
      const outcome = await sweep(scratch, { on: local(), outcome: ended }).then(({ kind }) => kind, (error: unknown) => (error as HpckitError).code);
      writeFileSync(stop, "");
      swapping.stdout.resume();
      await once(swapping, "close");
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      expect(readdirSync(victim)).toEqual(["precious"]);
      for (const left of [scratch.path, aside, join(root, tombstoneName(scratch))]) rmSync(left, { recursive: true, force: true });
    }
    expect([...seen.keys()].filter((kind) => !["removed", "absent", "path-refused", "sweep-incomplete"].includes(kind))).toEqual([]);
    expect(seen.get("path-refused")).toBeGreaterThan(0);
  }, 120_000);

  it("ends well when several do it at once", async () => {
    for (let round = 0; round < 20; round++) {
      const scratch = await create();
      const kinds = await Promise.all([1, 2, 3].map(async () => (await sweep(scratch, { on: local(), outcome: ended })).kind));
      expect(kinds).toContain("removed");
      expect(readdirSync(root)).toEqual([]);
    }
  }, 60_000);
});

/** This machine, where the removal finds another program in place of one of its tools. */
function withProgram(name: string, text: string): Transport {
  const programs = mkdtempSync(join(base, "bin-"));
  writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return scriptedTransport(({ argv: [, , script = ""] }) => {
    const { status, stdout, stderr } = runShell("sh", script.replace("PATH=/usr/bin", `PATH=${programs}:/usr/bin`));
    return { exitCode: status ?? 1, stdout, stderr };
  });
}

/** Permissions mean nothing to root: the same script as an account to whom the root folder belongs. */
function asNobody(): Transport {
  const nobody = 65_534;
  return {
    ...scriptedTransport(async ({ argv: [, , script = ""] }) => {
      await local().exec(["chown", "-Rh", String(nobody), root], { check: true });
      const result = await local().exec(["setpriv", `--reuid=${nobody}`, "--clear-groups", "/bin/sh", "-c", script]);
      return { exitCode: result.exitCode ?? 1, stdout: result.stdout, stderr: result.stderr };
    }),
  };
}

describe("the removal script", () => {
  it("reads well", () => {
    expect(renderRemoval({ root: "/shared/scratch", path: "/shared/scratch/it's", id: "0123456789abcdef0123", inode: "42" }).shell).toMatchSnapshot();
  });
});
