import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FilePolicy } from "@hpckit/core";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { checkLocalSpace } from "./check-space.js";
import { openLocalFile } from "./local-file.js";

const closed: FilePolicy = { fileMode: 0o600, folderMode: 0o700 };
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit-copies-"));
  mkdirSync(join(folder, "from"));
  execFileSync("sh", ["-c", 'cd "$1" && name=$(printf "d\\351") && mkdir "$name" && echo hi >"$name/f"', "sh", join(folder, "from")]);
});
afterEach(() => vi.unstubAllEnvs());
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
