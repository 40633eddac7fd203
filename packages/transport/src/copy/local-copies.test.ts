import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { open, statfs, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CopyOptions, FilePolicy } from "@hpckit/core";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { blockBytes } from "./blocks.js";
import { checkLocalSpace } from "./check-space.js";
import { openLocalFile } from "./local-file.js";
import { makeLocalPart } from "./local-part.js";
import { resumablePartName } from "./part-name.js";

const closed: FilePolicy = { fileMode: 0o600, folderMode: 0o700 };
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit-copies-"));
  mkdirSync(join(folder, "from"));
  execFileSync("sh", ["-c", 'cd "$1" && name=$(printf "d\\351") && mkdir "$name" && echo hi >"$name/f"', "sh", join(folder, "from")]);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(() => rmSync(folder, { recursive: true }));

it("copies folders whose names are not UTF-8, with a policy and with progress", async () => {
  await using here = await connectLocal();
  const sizes: number[] = [];
  await here.upload(join(folder, "from"), join(folder, "up"), { policy: closed, onProgress: ({ totalBytes }) => sizes.push(totalBytes) });
  expect(sizes.at(-1)).toBe(3);
  await here.download(join(folder, "up"), join(folder, "down"), { policy: closed });
  expect(execFileSync("sh", ["-c", 'find "$1" -depth -printf "%m "', "sh", join(folder, "down")], { encoding: "utf8" })).toBe("600 700 700 ");
});

it.runIf(process.platform === "linux")("asks for room before a byte is sent, on either side, and leaves out what is there already", async () => {
  const programs = join(folder, "full");
  mkdirSync(programs);
  writeFileSync(join(programs, "stat"), '#!/bin/sh\nPATH=${PATH#*:}\nif [ "$1" = -f ]; then echo "500 * 4096"; else exec stat "$@"; fi\n', { mode: 0o755 });
  const from = join(folder, "large");
  mkdirSync(from);
  writeFileSync(join(from, "one"), Buffer.alloc(1_500_000, "x"));
  writeFileSync(join(from, "two"), Buffer.alloc(1_500_000, "x"));
  writeFileSync(join(folder, "larger"), Buffer.alloc(3_000_000, "x"));
  vi.stubEnv("PATH", `${programs}:${process.env["PATH"] ?? ""}`);
  await using here = await connectLocal();
  await here.upload(join(from, "one"), join(folder, "fits"));
  for (const path of [from, join(folder, "larger")]) {
    await expect(here.upload(path, join(folder, "no room"))).rejects.toMatchObject({ code: "disk-full", message: expect.stringMatching(/it takes 3000000 bytes, and there are 2048000$/) as unknown });
  }
  const { bavail, bsize } = await statfs(folder);
  await expect(checkLocalSpace("write", folder, bavail * bsize * 2)).rejects.toMatchObject({ code: "disk-full", message: expect.stringContaining(`it takes ${bavail * bsize * 2} bytes, and there are `) as unknown });
  await checkLocalSpace("write", folder, bavail * bsize * 2, bavail * bsize * 2);
  expect(readdirSync(folder).filter((name) => name.startsWith(".hpckit"))).toEqual([]);
});

it("says that a pipe is no file, and does not wait for its writer", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  await expect(openLocalFile(pipe)).rejects.toMatchObject({ code: "not-supported" });
});

it.runIf(process.platform === "linux")("finds a file that was unpacked with other bytes of the same length and time, if all is to be compared", async () => {
  const [from, programs] = ["flipped", "flipping"].map((name) => join(folder, name)) as [string, string];
  mkdirSync(join(from, "sub"), { recursive: true });
  writeFileSync(join(from, "sub", "file"), "content");
  mkdirSync(programs);
  const flip = 'PATH=${PATH#*:}\ntar "$@" || exit\ncase "$*" in *-xf*) cd "$2" && touch -r sub/file time && printf CONTENT >sub/file && touch -r time sub/file && rm time; esac';
  writeFileSync(join(programs, "tar"), `#!/bin/sh\n${flip}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${programs}:${process.env["PATH"] ?? ""}`);
  await using here = await connectLocal();
  await here.upload(from, join(folder, "flipped unseen"));
  for (const copy of [() => here.upload(from, join(folder, "flipped-up"), { verify: "full" }), () => here.download(from, join(folder, "flipped-down"), { verify: "full" })]) {
    await expect(copy()).rejects.toMatchObject({ code: "digest-mismatch", detail: { entry: "sub/file" } });
  }
  expect(readdirSync(folder).filter((name) => /^(?:flipped-|\.hpckit)/.test(name))).toEqual([]);
});

it.runIf(process.platform === "linux")("keeps a folder with a policy closed until what is in it has its group and mode", async () => {
  const [from, programs, log] = ["open", "programs", "log"].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(from, { mode: 0o755 });
  writeFileSync(join(from, "file"), "secret");
  mkdirSync(programs);
  writeFileSync(join(programs, "chgrp"), `#!/bin/sh\nfor word; do :; done\nstat -c %a -- "$word" >>'${log}'\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${programs}:${process.env["PATH"] ?? ""}`);
  const policy: FilePolicy = { ...closed, group: execFileSync("id", ["-gn"], { encoding: "utf8" }).trim() };
  await using here = await connectLocal();
  await here.upload(from, join(folder, "open-up"), { policy });
  await here.download(from, join(folder, "open-down"), { policy });
  expect(readFileSync(log, "utf8")).toBe("700\n700\n");
  for (const to of ["open-up", "open-down"]) expect(statSync(join(folder, to)).mode & 0o777).toBe(0o700);
});

/** A program that does something else before its own work. */
function program(name: string, before: string): void {
  const programs = join(folder, `slow ${name}`);
  mkdirSync(programs);
  writeFileSync(join(programs, name), `#!/bin/sh\n${before}\nPATH=\${PATH#*:} exec ${name} "$@"\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${programs}:${process.env["PATH"] ?? ""}`);
}

it.runIf(process.platform === "linux")("stops at once while the digests of what is there are still being made", async () => {
  const from = join(folder, "long");
  writeFileSync(from, Buffer.alloc(40 * 1024 * 1024, "x"));
  await using here = await connectLocal();
  const copy = (signal: AbortSignal, onProgress?: CopyOptions["onProgress"]): Promise<unknown> => here.upload(from, join(folder, "long copy"), { resume: true, signal, onProgress });
  const [first, second] = [new AbortController(), new AbortController()];
  await expect(copy(first.signal, ({ transferredBytes }) => transferredBytes > 30 * 1024 * 1024 && first.abort())).rejects.toMatchObject({ code: "aborted" });
  program("sha256sum", "sleep 3");
  const begun = performance.now();
  setTimeout(() => second.abort(), 500);
  await expect(copy(second.signal)).rejects.toMatchObject({ code: "aborted" });
  expect(performance.now() - begun).toBeLessThan(2500);
  expect(readdirSync(folder).filter((name) => name.startsWith(".hpckit"))).toHaveLength(1);
});

it.runIf(process.platform === "linux")("stops at once while tar says nothing", async () => {
  await using here = await connectLocal();
  program("tar", 'case "$*" in *-cf*) exec sleep 20; esac');
  const begun = performance.now();
  await expect(here.upload(join(folder, "from"), join(folder, "silent"), { signal: AbortSignal.timeout(500) })).rejects.toMatchObject({ code: "aborted" });
  expect(performance.now() - begun).toBeLessThan(5000);
});

/** A file that takes so many blocks to be copied, and hardly a disk. */
function blocksIn(name: string, count: number): string {
  const path = join(folder, name);
  const file = openSync(path, "w");
  for (let index = 0; index < count; index++) writeSync(file, `block ${index}`, index * blockBytes);
  closeSync(file);
  return path;
}
const partsOf = (name: string): readonly string[] => readdirSync(folder).filter((each) => each.startsWith(resumablePartName(name, []).resumable?.ofTarget ?? ""));
const diskError = (): Error => Object.assign(new Error("EIO: i/o error"), { code: "EIO" });

it.runIf(process.platform === "linux")("asks for some blocks in a row where nothing of them can be here", async () => {
  const [from, log] = [blocksIn("rows", 13), join(folder, "asked")];
  program("dd", `echo "$*" >>'${log}'`);
  vi.spyOn(performance, "now").mockReturnValue(0);
  await using here = await connectLocal();
  for (const resume of [false, true]) {
    await here.download(from, join(folder, "rows-down"), { resume, verify: "size" });
    const asked = [...readFileSync(log, "utf8").matchAll(/count=(\d+)/g)].map(([, count]) => Number(count) / blockBytes);
    expect(asked).toContain(4);
    expect(execFileSync("cmp", [from, join(folder, "rows-down")], { encoding: "utf8" })).toBe("");
    rmSync(log);
  }
});

it.runIf(process.platform === "linux")("leaves nothing of an upload to be resumed that the disk over there has not kept", async () => {
  const from = blocksIn("unkept", 6);
  program("sync", 'if [ "$1" = -d ]; then echo "sync: error syncing: Input/output error" >&2; exit 1; fi');
  await using here = await connectLocal();
  await expect(here.upload(from, join(folder, "unkept-up"), { resume: true })).rejects.toMatchObject({ code: "file-failed", message: expect.stringMatching(/: sync: error syncing: Input\/output error$/) as unknown });
  expect(partsOf("unkept-up")).toEqual([]);
});

it("leaves nothing of a download to be resumed that the disk here has not kept, whatever else has ended it", async () => {
  const file = await open(folder);
  vi.spyOn(Object.getPrototypeOf(file) as FileHandle, "datasync").mockRejectedValueOnce(diskError());
  await file.close();
  const original = { mode: 0o644, modifiedAtSeconds: undefined };
  const part = await makeLocalPart(join(folder, "cut"), { original, sizeBytes: 9 * blockBytes, neededBytes: 0, name: resumablePartName("cut", ["original"]) });
  const bytes = Buffer.alloc(blockBytes);
  bytes.write("block");
  for (let index = 0; index < 8; index++) await part.write({ offset: index * blockBytes, bytes });
  await part[Symbol.asyncDispose]();
  expect(partsOf("cut")).toEqual([]);
});

it("leaves nothing to be resumed that the disk has not kept", async () => {
  const original = { mode: 0o644, modifiedAtSeconds: undefined };
  const path = join(folder, "lost");
  const part = await makeLocalPart(path, { original, sizeBytes: 4, neededBytes: 4, name: resumablePartName("lost", ["original"]) });
  await part.write({ offset: 0, bytes: Buffer.from("lost") });
  const handle = await open(path, "w");
  vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, "sync").mockRejectedValueOnce(diskError());
  await handle.close();
  await expect(part.place()).rejects.toMatchObject({ code: "file-failed" });
  await part[Symbol.asyncDispose]();
  expect(partsOf("lost")).toEqual([]);
});
