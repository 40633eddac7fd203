import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
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
  // Many holes: their places do not fit into one header.
  writeFileSync(join(folder, "sparse"), "");
  truncateSync(join(folder, "sparse"), 5_000_000_000);
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each(["gnu", "pax", "oldgnu"])("counts what a real archive holds, however it is cut: %s", (format) => {
  for (let at = 0; at < 3_000_000; at += 200_000) execFileSync("dd", ["if=/dev/zero", `of=${join(folder, "sparse")}`, "bs=4096", "count=1", `seek=${at}`, "oflag=seek_bytes", "conv=notrunc", "status=none"]);
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
