import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FilePolicy } from "@hpckit/core";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { connectLocal } from "../local/connect-local.js";
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

it("says that a pipe is no file, and does not wait for its writer", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  await expect(openLocalFile(pipe)).rejects.toMatchObject({ code: "not-supported" });
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
