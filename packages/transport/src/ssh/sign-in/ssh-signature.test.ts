import { createPublicKey, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { expect, it } from "vitest";
import ssh2 from "ssh2";
import { sshReader } from "./ssh-string.js";
import { sshSignature } from "./ssh-signature.js";

it("ECDSA signatures are two integers in the shortest form, whatever their first bytes are", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256", publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "sec1", format: "pem" } });
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  const lengths = new Set<number>();
  // 33 bytes with a zero in front every second time, 31 about once in 256 signatures.
  const hasAll = (): boolean => [31, 32, 33].every((length) => lengths.has(length));
  for (let times = 0; times < 10_000 && !hasAll(); times++) {
    const data = randomBytes(40);
    const signature = sshReader(sshSignature(key, data));
    expect(signature.string().toString()).toBe("ecdsa-sha2-nistp256");
    const numbers = sshReader(signature.string());
    const halves = [numbers.string(), numbers.string()].map((number) => {
      lengths.add(number.length);
      const [first = 0, second = 0] = number;
      expect(first < 0x80 && (first !== 0 || second >= 0x80)).toBe(true);
      return Buffer.concat([Buffer.alloc(32), number]).subarray(-32);
    });
    expect(verify("sha256", data, { key: createPublicKey(privateKey), dsaEncoding: "ieee-p1363" }, Buffer.concat(halves))).toBe(true);
  }
  expect(hasAll()).toBe(true);
});
