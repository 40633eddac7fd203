import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { unpackInto } from "./unpack-into.js";

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "hpckit-unpack-"))));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

it("says what tar has said where it takes no more, not that a pipe is broken", async () => {
  writeFileSync(join(folder, "tar"), "#!/bin/sh\nhead -c 100000 >/dev/null; echo 'tar: ./f: Wrote only 512 of 10240 bytes: No space left on device' >&2; exit 2\n", { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
  const unpacking = await unpackInto(folder, "write /a", ["-xf", "-"]);
  const all = async (): Promise<void> => {
    for (;;) await unpacking.push(Buffer.alloc(65_536));
  };
  await expect(all()).rejects.toMatchObject({ code: "disk-full" });
  await expect(unpacking.end()).rejects.toMatchObject({ code: "disk-full" });
});
