import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { lines, sh } from "@hpckit/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { cleanUpWhenFailing } from "./stand-aside.js";

let folder = "";
const part = (): string => join(folder, "part");
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit-aside-"));
  mkdirSync(join(part(), "closed", "deep"), { recursive: true });
  writeFileSync(join(part(), "closed", "deep", "file"), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

const failing = (then: string): string => lines(cleanUpWhenFailing(part()), sh`${then.split(" ")}`).shell;

it("is removed, also where folders in it are closed to their owner", async () => {
  chmodSync(join(part(), "closed", "deep"), 0o500);
  chmodSync(join(part(), "closed"), 0);
  const isRoot = process.getuid?.() === 0;
  // For root nothing is closed.
  if (isRoot) execFileSync("chown", ["-R", "nobody", folder]);
  const run = promisify(execFile)("sh", ["-c", failing("fail gone")], isRoot ? { uid: Number(execFileSync("id", ["-u", "nobody"], { encoding: "utf8" })) } : {});
  await expect(run).rejects.toMatchObject({ stderr: "gone\n" });
  expect(existsSync(part())).toBe(false);
});

it("is removed, also where that takes longer than the guard waits", async () => {
  writeFileSync(join(folder, "rm"), `#!/bin/sh\nsleep 0.5\nPATH=\${PATH#*:} exec rm "$@"\n`, { mode: 0o755 });
  const child = spawn("sh", ["-c", failing("sleep 20")], { detached: true, env: { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` } });
  await delay(200);
  process.kill(-(child.pid ?? NaN), "SIGTERM");
  await delay(200);
  process.kill(-(child.pid ?? NaN), "SIGKILL");
  await once(child, "exit");
  expect(existsSync(part())).toBe(true);
  for (let tries = 0; existsSync(part()) && tries < 50; tries++) await delay(100);
  expect(existsSync(part())).toBe(false);
});
