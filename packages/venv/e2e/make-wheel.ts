import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

export interface WheelContent {
  readonly name: string;
  readonly version: string;
  /** As `Requires-Dist` says it. */
  readonly requires?: readonly string[];
  /** Of the one module, which has the wheel's name. */
  readonly code?: string;
}

/**
 * Makes a pure wheel, so that installers can be tested without a network. @returns its path.
 * @see the wheel format, PyPA's binary distribution format
 */
export function makeWheel(folder: string, { name, version, requires = [], code = "" }: WheelContent): string {
  const info = `${name}-${version}.dist-info`;
  const metadata = ["Metadata-Version: 2.1", `Name: ${name}`, `Version: ${version}`, ...requires.map((each) => `Requires-Dist: ${each}`), ""];
  const files: [string, string][] = [
    [`${name}/__init__.py`, code],
    [`${info}/METADATA`, metadata.join("\n")],
    [`${info}/WHEEL`, "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"],
  ];
  const record = files.map(([path, text]) => `${path},sha256=${createHash("sha256").update(text).digest("base64url")},${Buffer.byteLength(text)}\n`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${version}-py3-none-any.whl`);
  writeFileSync(path, zipOf([...files, [`${info}/RECORD`, `${record.join("")}${info}/RECORD,,\n`]]));
  return path;
}

/** A zip archive in which nothing is compressed. @see PKWARE's APPNOTE, 4.3 */
function zipOf(files: readonly (readonly [path: string, text: string])[]): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of files) {
    const content = Buffer.from(text);
    const sizes = Buffer.alloc(26);
    sizes.writeUInt16LE(20, 0);
    sizes.writeUInt16LE(0x21, 8); // the first day that a zip archive knows
    sizes.writeUInt32LE(crc32(content), 10);
    sizes.writeUInt32LE(content.length, 14);
    sizes.writeUInt32LE(content.length, 18);
    sizes.writeUInt16LE(Buffer.byteLength(path), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), sizes, Buffer.from(path), content]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x03"), sizes, entry, Buffer.from(path)]));
    pieces.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...pieces, ...directory, Buffer.from("PK\x05\x06"), end]);
}
