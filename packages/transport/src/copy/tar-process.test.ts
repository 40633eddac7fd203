import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTar } from "./tar-process.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit-tar-"));
  writeFileSync(join(folder, "file"), "x".repeat(20_000));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("keeps what it has printed for a reader who comes after its end", async () => {
  const tar = await startTar("read", ["-C", folder, "-cf", "-", "."]);
  await delay(300);
  let size = 0;
  for await (const piece of tar.output) size += piece.length;
  await tar.ended();
  expect(size).toBeGreaterThan(20_000);
});

it("fails with what it said", async () => {
  const tar = await startTar("read /a", ["-C", join(folder, "none"), "-cf", "-", "."]);
  await expect(tar.ended()).rejects.toMatchObject({ code: "file-not-found", message: expect.stringContaining("read /a") as unknown });
});

it("is gone once it was killed", async () => {
  const tar = await startTar("write", ["-C", folder, "-xf", "-"]);
  await tar.kill();
  await expect(tar.ended()).rejects.toMatchObject({ name: "TransportError" });
});

it("is gone once it was killed, also if nobody has read what it printed", async () => {
  const tar = await startTar("read", ["-C", folder, "-cf", "-", "."]);
  await delay(300);
  expect(await Promise.race([tar.kill().then(() => "gone"), delay(5000, "still there")])).toBe("gone");
});
