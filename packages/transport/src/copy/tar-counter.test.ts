import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, linkSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tarCounter } from "./tar-counter.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit-tar-"));
  mkdirSync(join(folder, "sub", "empty"), { recursive: true });
  writeFileSync(join(folder, "file"), "x".repeat(1000));
  writeFileSync(join(folder, "nothing"), "");
  writeFileSync(join(folder, "sub", "n".repeat(200)), "long name");
  writeFileSync(join(folder, "sub", "größe"), "name of two bytes");
  linkSync(join(folder, "file"), join(folder, "same"));
  symlinkSync("file".repeat(50), join(folder, "link"));
  // So many holes that their list takes several blocks, which stand before the content.
  const sparse = openSync(join(folder, "sparse"), "w");
  for (let at = 0; at < 100; at++) writeSync(sparse, Buffer.alloc(4096, "x"), 0, 4096, at * 1_000_000);
  ftruncateSync(sparse, 5_000_000_000);
  closeSync(sparse);
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each(["gnu", "pax", "oldgnu"])("counts what a real archive holds, however it is cut: %s", (format) => {
  const archive = execFileSync("tar", ["-C", folder, `--format=${format}`, "-S", "-cf", "-", "."], { maxBuffer: 2 ** 28 });
  for (const size of [1, 511, 512, 700, archive.length]) {
    const counter = tarCounter();
    for (let sent = 0; sent < archive.length; sent += size) counter.push(archive.subarray(sent, sent + size));
    const sizes = 1000 + 9 + Buffer.byteLength("name of two bytes") + 5_000_000_000;
    expect([counter.entries, counter.bytes]).toEqual([9, sizes]);
  }
});

it("counts files that are too large for octal digits", () => {
  const header = execFileSync("sh", ["-c", 'cd "$1" && truncate -s 20G huge && tar --format=gnu -cf - huge | head -c 512; rm huge', "sh", folder]);
  const counter = tarCounter();
  counter.push(header);
  expect([counter.entries, counter.bytes]).toEqual([1, 20 * 1024 ** 3]);
});
