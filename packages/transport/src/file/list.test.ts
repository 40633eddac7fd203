import { describe, expect, it } from "vitest";
import { parseFileInfo } from "./file-info.js";
import { parseEntries } from "./list.js";

describe("what find and stat say", () => {
  it("is read with names of any bytes", () => {
    const output = Buffer.concat([Buffer.from("f 644 4 0 4 1000000000.5000000000 b\n c\0d 2755 4096 1 2 -1.0 "), Buffer.from([0xff]), Buffer.from("\0p 600 0 0 0 0.0 a\0")]);
    expect(parseEntries(output)).toEqual([
      { name: "a", kind: "other", mode: 0o600, sizeBytes: 0, uid: 0, gid: 0, modifiedAtSeconds: 0 },
      { name: "b\n c", kind: "file", mode: 0o644, sizeBytes: 4, uid: 0, gid: 4, modifiedAtSeconds: 1_000_000_000 },
      { name: Uint8Array.of(0xff), kind: "folder", mode: 0o2755, sizeBytes: 4096, uid: 1, gid: 2, modifiedAtSeconds: -1 },
    ]);
    expect(parseEntries(Buffer.alloc(0))).toEqual([]);
    // stat of coreutils 9.1: stat --format '%f %s %u %g %Y' /tmp
    expect(parseFileInfo("43ff 4096 0 0 1795212645\n")).toEqual({ kind: "folder", mode: 0o1777, sizeBytes: 4096, uid: 0, gid: 0, modifiedAtSeconds: 1_795_212_645 });
  });

  it("is refused where it was cut", () => {
    expect(() => parseEntries(Buffer.from("f 644 4 0 4 1.0 a\0f 6"))).toThrow("ends inside an entry");
    expect(() => parseEntries(Buffer.from("nonsense\0"))).toThrow("another form");
    expect(() => parseFileInfo("43ff 4096")).toThrow("five fields");
  });
});
