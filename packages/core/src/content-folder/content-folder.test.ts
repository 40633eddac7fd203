import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { runShell, shells, type ShellName } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { sh } from "../shell/sh.js";
import { scriptedTransport } from "../testing/scripted-transport.js";
import type { Transport } from "../transport/transport.js";
import { applyPrune } from "./apply-prune.js";
import { contentFolderExit } from "./content-folder.js";
import { listContentFolders } from "./list-folders.js";
import type { LiveWork } from "./live-work.js";
import { planPrune, type PruneOptions } from "./plan-prune.js";
import { renderDiscard } from "./render-discard.js";
import { renderFindFolder } from "./render-find.js";
import { renderMake } from "./render-make.js";
import { renderRoot } from "./render-root.js";

const scratch = scratchFolders("content folders, it's ");
let root: string;
beforeEach(() => {
  root = join(scratch(), "ro ot");
});

const make = (id: string, content = sh`echo x > "$hpckit_folder/file"`, name = "abc"): string => renderMake({ root, name, id }, content).shell;
const here: Transport = scriptedTransport(({ argv: [program = "", ...words] }) => {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  return { exitCode: status ?? undefined, stdout, stderr };
});
const entries = (): readonly string[] => readdirSync(root).sort();
const age = (folder: string, days: number): void => {
  const then = new Date(Date.now() - days * 86_400_000);
  for (const file of ["complete", "used"]) utimesSync(join(root, folder, ".hpckit", file), then, then);
};

describe.each(shells)("a content folder made by %s", (shell: ShellName) => {
  it("stands under its name, in its maker's folder, and is found and not made again", () => {
    expect(runShell(shell, make("1"))).toMatchObject({ status: 0, stdout: "" });
    expect(readlinkSync(join(root, "abc"))).toBe("abc-1");
    expect(runShell(shell, make("2", sh`exit 9`)).status).toBe(contentFolderExit.alreadyThere);
    expect(entries()).toEqual(["abc", "abc-1"]);
    expect(runShell(shell, renderFindFolder(root, "abc").shell).stdout).toBe("folder abc-1\nstate complete\n");
    expect(runShell(shell, renderFindFolder(root, "other").shell).stdout).toBe("state absent\n");
  });

  it("has a root that is made once, with the modes of its policy, and says where it cannot be", () => {
    const policy = { fileMode: 0o640, folderMode: 0o2750, group: undefined };
    expect(runShell(shell, renderRoot(root, policy).shell).status).toBe(0);
    expect(statSync(root).mode & 0o7777).toBe(0o2750);
    runShell(shell, renderRoot(root, { ...policy, folderMode: 0o700 }).shell);
    expect(statSync(root).mode & 0o7777).toBe(0o2750);
    writeFileSync(join(root, "file"), "");
    expect(runShell(shell, renderRoot(join(root, "file/x"), undefined).shell).status).toBe(contentFolderExit.rootNotWritable);
  });

  it("is thrown away if its making never began", () => {
    mkdirSync(join(root, "abc-1/.hpckit"), { recursive: true });
    mkdirSync(join(root, "abc-2/.hpckit"), { recursive: true });
    writeFileSync(join(root, "abc-2/.hpckit/owner"), "");
    for (const name of ["abc-1", "abc-2"]) expect(runShell(shell, renderDiscard(join(root, name)).shell).status).toBe(0);
    expect(entries()).toEqual(["abc-2"]);
  });

  it("is nothing where its making fails, with the status of what failed, also if its files are read-only", () => {
    expect(runShell(shell, make("1", sh`mkdir "$hpckit_folder/d"; : > "$hpckit_folder/d/f"; chmod -R a-w "$hpckit_folder/d"; exit 7`)).status).toBe(7);
    expect(runShell(shell, make("2", sh`false`)).status).toBe(1);
    expect(entries()).toEqual([]);
  });

  it("is nothing, either, where whoever asked for it is gone, and nobody reads what the script says", async () => {
    const child = spawn(shell, ["-c", make("1", sh`echo begun; while :; do sleep 0.05; done`)], { detached: true });
    child.stdout.once("data", () => {
      child.stdout.destroy();
      child.stderr.destroy();
      process.kill(-(child.pid ?? 0), "SIGTERM");
    });
    await new Promise((resolve) => child.once("exit", resolve));
    expect(entries()).toEqual([]);
  });

  it("ends with the status that its maker gives success", () => {
    expect(runShell(shell, make("1", sh`hpckit_end=79`)).status).toBe(79);
    expect(existsSync(join(root, "abc/.hpckit/complete"))).toBe(true);
  });

  it("is made again where files of it are missing, beside the old one", () => {
    runShell(shell, make("1"));
    rmSync(join(root, "abc-1/file"));
    expect(runShell(shell, renderFindFolder(root, "abc").shell).stdout).toBe("state damaged\n");
    expect(runShell(shell, make("2"))).toMatchObject({ status: 0, stdout: "hpckit: files of it are missing; making it again\n" });
    expect(entries()).toEqual(["abc", "abc-1", "abc-2"]);
    expect(readlinkSync(join(root, "abc"))).toBe("abc-2");
  });

  it("is removed of a maker that was killed, by the next one", async () => {
    const child = spawn(shell, ["-c", make("1", sh`: > "$hpckit_folder/half"; sleep 60`)], { detached: true, stdio: "ignore" });
    await expect.poll(() => existsSync(join(root, "abc-1/half")), { timeout: 10_000 }).toBe(true);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await ended;
    expect(runShell(shell, make("2")).stdout).toContain("has died; beginning again");
    expect(entries()).toEqual(["abc", "abc-2"]);
  });
});

describe("a claim of another account that died", () => {
  const leaveClaim = (): void => {
    const place = runShell("sh", 'printf "%s %s" "$(uname -n)" "$(readlink /proc/self/ns/pid || echo -)"').stdout;
    mkdirSync(join(root, ".abc.claim"), { recursive: true });
    writeFileSync(join(root, ".abc.claim/owner"), `${place} 999999999\n`);
  };

  it("is moved aside within the root, as the kernel allows it to whoever may write there", () => {
    leaveClaim();
    const kernel = 'mv() { case $# in 3) [ "${2%/*}" = "${3%/*}" ] || return 1 ;; esac; command mv "$@"; }\n';
    expect(runShell("sh", kernel + make("2"))).toMatchObject({ status: 0, stdout: expect.stringContaining("has died; beginning again") as string });
    expect(entries()).toEqual(["abc", "abc-2"]);
  });

  it("ends the script where it cannot be moved, with what is to be done", () => {
    leaveClaim();
    const { status, stdout } = runShell("sh", "mv() { return 1; }; sleep() { :; }\n" + make("2"));
    expect(status).toBe(contentFolderExit.rootNotWritable);
    expect(stdout).toMatch(/waiting\nERROR: .*\/\.abc\.claim was left by one that died .*: remove it\n$/);
    expect(entries()).toEqual([".abc.claim"]);
  });
});

describe("a prune", () => {
  const nobody: LiveWork = { uses: () => Promise.resolve({ kind: "known", used: [] }) };
  const plan = (options: Partial<PruneOptions> = {}): ReturnType<typeof planPrune> => planPrune(here, root, { live: nobody, keepNewest: 0, ...options });
  const fill = (...names: readonly string[]): void => {
    for (const name of names) runShell("sh", make("1", undefined, name));
  };

  it("lists what is there, with its age, and what leads to it", async () => {
    fill("abc", "def");
    runShell("sh", make("7", sh`kill -9 $$`, "half"));
    symlinkSync("abc-1", join(root, "main"));
    symlinkSync(join(root, "abc-1"), join(root, "a link\n"));
    mkdirSync(join(root, "not ours"));
    age("def-1", 20);
    const listed = await listContentFolders(here, root);
    expect(listed.map(({ folder, state, links }) => [folder, state, links])).toEqual([
      [join(root, "abc-1"), "published", ["?", "main"]],
      [join(root, "def-1"), "published", []],
      [join(root, "half-7"), "unfinished", []],
    ]);
    expect(listed[1]?.usedSecondsAgo).toBeGreaterThanOrEqual(20 * 86_400);
    expect(listed[1]?.usedSecondsAgo).toBeLessThan(20 * 86_400 + 600);
    expect(listed[0]?.sizeBytes).toBeGreaterThan(0);
    expect(await listContentFolders(here, join(root, "none"))).toEqual([]);
  });

  it("keeps what a link leads to, the newest, what was given out lately, what live work uses, and says so", async () => {
    fill("linked", "newest", "late", "live", "gone");
    for (const [name, days] of [["linked", 50], ["newest", 30], ["late", 50], ["live", 50], ["gone", 50]] as const) age(`${name}-1`, days);
    symlinkSync("linked-1", join(root, "main"));
    runShell("sh", renderFindFolder(root, "late").shell);
    const live: LiveWork = { uses: (paths) => Promise.resolve({ kind: "known", used: paths.filter((path) => path.endsWith("live-1")) }) };
    const planned = await plan({ keepNewest: 1, live });
    expect(planned.keep.map(({ folder, because }) => [folder.slice(root.length + 1), because])).toEqual([["late-1", "recently-used"], ["linked-1", "linked"], ["live-1", "live"], ["newest-1", "newest"]]);
    expect((await applyPrune(here, planned)).removed.map(({ folder }) => folder)).toEqual([join(root, "gone-1")]);
    expect(entries()).toEqual(["late", "late-1", "linked", "linked-1", "live", "live-1", "main", "newest", "newest-1"]);
  });

  it("tells which of several that were made in one second is the newest", async () => {
    fill("abc", "def", "ghi");
    const then = Math.floor(Date.now() / 1000) - 50 * 86_400;
    for (const [name, milliseconds] of [["abc", 100], ["def", 900], ["ghi", 500]] as const) {
      age(`${name}-1`, 50);
      utimesSync(join(root, `${name}-1/.hpckit/complete`), then, then + milliseconds / 1000);
    }
    expect((await plan({ keepNewest: 1 })).keep.map(({ folder }) => folder)).toEqual([join(root, "def-1")]);
  });

  it("keeps everything where it is not known what runs", async () => {
    fill("abc");
    age("abc-1", 50);
    expect(await plan({ live: { uses: () => Promise.resolve({ kind: "unknown", reason: "the controller does not answer" }) } })).toMatchObject({
      remove: [],
      keep: [{ because: "unknown", reason: "the controller does not answer" }],
    });
  });

  it("keeps what is being made and who waits for it, however long that takes", async () => {
    const children = ["1", "2"].map((id) => spawn("sh", ["-c", make(id, sh`sleep 60`)], { detached: true, stdio: "ignore" }));
    await expect.poll(() => existsSync(join(root, ".abc.claim/beat")) && existsSync(join(root, "abc-1/.hpckit/owner")) && existsSync(join(root, "abc-2/.hpckit/owner")), { timeout: 10_000 }).toBe(true);
    const long = new Date(Date.now() - 50 * 86_400_000);
    for (const folder of ["abc-1", "abc-2"]) utimesSync(join(root, folder, ".hpckit"), long, long);
    const planned = (): Promise<number> => plan().then(({ keep }) => keep.filter(({ because }) => because === "recently-used").length);
    await expect.poll(planned, { timeout: 10_000 }).toBe(2);
    for (const { pid = 0 } of children) process.kill(-pid, "SIGKILL");
  });

  it("sees that another account of the group has used it", () => {
    fill("abc");
    expect(statSync(join(root, "abc/.hpckit/used")).mode & 0o020).toBe(0o020);
  });

  it("takes no folder that is not absolute for a root", async () => {
    await expect(planPrune(here, "", { live: nobody })).rejects.toThrow("root of a prune");
  });

  it("leaves what was given out since it was planned, under its name", async () => {
    fill("abc");
    age("abc-1", 50);
    const planned = await plan();
    runShell("sh", renderFindFolder(root, "abc").shell);
    expect((await applyPrune(here, planned)).kept).toHaveLength(1);
    expect(readFileSync(join(root, "abc/file"), "utf8")).toBe("x\n");
  });

  it("removes read-only files, finishes what an earlier one began, and touches nothing else", async () => {
    fill("abc");
    age("abc-1", 50);
    mkdirSync(join(root, "abc-1/deep"));
    chmodSync(join(root, "abc-1/deep"), 0o500);
    mkdirSync(join(root, ".pruned-old-1"));
    const outside = join(root, "../outside");
    mkdirSync(outside);
    symlinkSync(outside, join(root, ".pruned-evil-1"));
    writeFileSync(join(root, "mine"), "");
    await applyPrune(here, await plan());
    expect(entries()).toEqual(["mine"]);
    expect(statSync(outside).isDirectory()).toBe(true);
  });

  it("says why something could not be removed", async () => {
    fill("abc");
    age("abc-1", 50);
    const denied = "rm() { case $* in *.pruned-*) echo \"rm: cannot remove 'x': Permission denied\" >&2; return 1 ;; esac; command rm \"$@\"; }; unshare() { return 1; }\n";
    const there = scriptedTransport(({ argv: [, , script = ""] }) => ({ stdout: runShell("sh", denied + script).stdout }));
    expect((await applyPrune(there, await plan())).failed).toMatchObject([{ folder: join(root, "abc-1"), reason: "rm: cannot remove 'x': Permission denied" }]);
    expect(entries()).toEqual([".pruned-abc-1"]);
    await applyPrune(here, await plan());
    expect(entries()).toEqual([]);
  });

  it("names what is missing among the options", async () => {
    await expect(planPrune(here, root, {} as PruneOptions)).rejects.toThrow("live: ");
  });
});
