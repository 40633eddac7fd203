import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificateFault, parseCertificate, parseCertificateLine, type UserCertificate } from "./certificate.js";

describe("a certificate", () => {
  let folder = "";
  let line = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hpckit-certificate-"));
    const run = (...words: readonly string[]): Promise<unknown> => execa("ssh-keygen", ["-q", ...words], { cwd: folder, env: { TZ: "UTC" } });
    await run("-t", "ed25519", "-N", "", "-f", "authority");
    await run("-t", "ed25519", "-N", "", "-f", "key");
    await run("-s", "authority", "-I", "id", "-n", "alice,bob", "-V", "20300101000000:20300102000000", "key.pub");
    line = await readFile(join(folder, "key-cert.pub"), "utf8");
  });
  afterAll(() => rm(folder, { recursive: true }));
  const certificate = (): UserCertificate => {
    const parsed = parseCertificateLine(line);
    if (parsed === undefined) throw new Error("not read");
    return parsed;
  };
  const seconds = (time: string): number => Date.parse(time) / 1_000;

  it("is read as ssh-keygen writes it", async () => {
    const key = (await readFile(join(folder, "key.pub"), "utf8")).split(" ")[1] ?? "";
    expect(certificate()).toMatchObject({ keyType: "ssh-ed25519", principals: ["alice", "bob"], validAfter: BigInt(seconds("2030-01-01T00:00:00Z")), validBefore: BigInt(seconds("2030-01-02T00:00:00Z")) });
    expect(certificate().publicKey.toString("base64")).toBe(key);
  });

  it("has a fault when its time has not come, or is over, or it is for others", () => {
    const during = seconds("2030-01-01T12:00:00Z");
    expect(certificateFault(certificate(), "alice", during)).toBeUndefined();
    expect(certificateFault(certificate(), "carol", during)).toBe("it is for alice, bob");
    expect(certificateFault(certificate(), "alice", seconds("2029-12-31T23:59:59Z"))).toBe("it is valid from 2030-01-01T00:00:00.000Z on");
    expect(certificateFault(certificate(), "alice", seconds("2030-01-02T00:00:00Z"))).toBe("it expired at 2030-01-02T00:00:00.000Z: get a new one");
    expect(certificateFault({ ...certificate(), principals: [] }, "carol", during)).toBeUndefined();
    // "always" and "forever" are beyond any date.
    expect(certificateFault({ ...certificate(), validAfter: 0n, validBefore: 2n ** 64n - 1n }, "alice", during)).toBeUndefined();
    expect(certificateFault({ ...certificate(), validAfter: 2n ** 64n - 1n }, "alice", during)).toContain("it is valid from");
  });

  it("that is cut or garbled is none, and no exception", () => {
    const { blob } = certificate();
    for (let length = 0; length < blob.length; length++) expect(parseCertificate(blob.subarray(0, length))).toBeUndefined();
    for (let times = 0; times < 500; times++) {
      const garbled = Buffer.from(blob);
      garbled.set(randomBytes(3), Math.floor(Math.random() * (blob.length - 3)));
      expect(() => parseCertificate(garbled)).not.toThrow();
    }
    for (const text of ["", "ssh-ed25519", "ssh-ed25519 AAAA", "# comment"]) expect(parseCertificateLine(text)).toBeUndefined();
  });
});
