import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sh } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkPart, createWitness } from "./verification.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "it's a part-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a real shell says of a file and a witness's line. */
function judge(bytes: Uint8Array, line: string): string {
  const part = join(folder, "part");
  writeFileSync(part, bytes);
  const [kind = "", size = "", digest = "", ...spans] = line.split(" ");
  const script = sh`
    fail() { echo "$1"; exit; }
    kind=${kind} size=${size} digest=${digest} spans=${spans.join(" ")}
    ${checkPart(part)}
    echo same
  `;
  return execFileSync("sh", ["-c", script.shell], { encoding: "utf8" });
}

/** Seen in blocks of odd sizes, which cut spans in two. */
function witnessOf(bytes: Uint8Array, verify: "full" | "sampled" | "size"): ReturnType<typeof createWitness> {
  const witness = createWitness(bytes.length, verify);
  for (let offset = 0; offset < bytes.length; offset += 700_001) witness.see({ offset, bytes: bytes.subarray(offset, offset + 700_001) });
  return witness;
}

describe("a witness of a file", () => {
  const bytes = randomBytes(9_000_000);
  const changedAt = (index: number): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy[index] = 255 - (copy[index] ?? 0);
    return copy;
  };

  it.each(["full", "sampled", "size"] as const)("knows it again: %s", (verify) => {
    const witness = witnessOf(bytes, verify);
    expect(witness.line.split(" ")[0]).toBe(verify);
    expect(judge(bytes, witness.line)).toBe("same\n");
    expect(judge(bytes.subarray(1), witness.line)).toMatch(/number of bytes/);
    expect(witness.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it("sees a change anywhere where it is full, and at both ends where it is sampled", () => {
    for (const index of [0, 4_000_000, bytes.length - 1]) expect(judge(changedAt(index), witnessOf(bytes, "full").line)).toMatch(/other bytes/);
    for (const index of [0, 65_535, bytes.length - 1]) expect(judge(changedAt(index), witnessOf(bytes, "sampled").line)).toMatch(/other bytes/);
  });

  it("is full where spans would be most of it, and where the size is not known", () => {
    expect(witnessOf(bytes.subarray(0, 100_000), "sampled").line).toMatch(/^full 100000 /);
    expect(createWitness(undefined, undefined).line).toMatch(/^full 0 /);
    expect(createWitness(2 ** 40, undefined).line).toMatch(/^sampled 0 /);
  });
});
