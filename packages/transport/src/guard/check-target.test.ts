import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { localChannels } from "../channel/local-channels.js";
import { checkTarget } from "./check-target.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit check-"));
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
async function check(program: string, script: string): Promise<void> {
  writeFileSync(join(folder, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await using source = localChannels();
  await checkTarget(source, { timeoutMs: 10_000 });
}

it("a machine whose head reads more than it is told is refused, as busybox's does", async () => {
  await check("head", 'exec /usr/bin/head "$@"');
  await expect(check("head", 'piece=$(dd bs=65536 count=1 2>/dev/null; echo .); printf %s "${piece%.}" | /usr/bin/head "$@"')).rejects.toMatchObject({ code: "not-supported", message: expect.stringContaining("lacks a head that reads no more than it is told: Linux with the GNU programs is needed") as string });
});

it("a machine whose head knows no number of bytes is refused", async () => {
  await expect(check("head", "echo 'head: invalid option -- c' >&2; exit 1")).rejects.toMatchObject({ code: "reply-incomplete", message: expect.stringContaining("a head that knows -c") as string });
});
