import { sign } from "node:crypto";
import type { ParsedKey } from "ssh2";
import { sshString } from "./ssh-string.js";

/** The algorithm that a key of this type signs with. RSA does so with SHA-2 alone. */
export const signatureAlgorithm = (keyType: string): string => (keyType === "ssh-rsa" ? "rsa-sha2-512" : keyType);

const hashes: Readonly<Record<string, string>> = { "ecdsa-sha2-nistp256": "sha256", "ecdsa-sha2-nistp384": "sha384", "ecdsa-sha2-nistp521": "sha512" };

/**
 * Signs as it travels: the algorithm, then the signature.
 * @see RFC 8709 (Ed25519), RFC 8332 (RSA), RFC 5656, 3.1.2 (ECDSA)
 */
export function sshSignature(key: ParsedKey, data: Buffer): Buffer {
  const hash = hashes[key.type];
  const signature = hash === undefined ? key.sign(data, key.type === "ssh-rsa" ? "sha512" : undefined) : ecdsaSignature(sign(hash, data, { key: key.getPrivatePEM(), dsaEncoding: "ieee-p1363" }));
  return Buffer.concat([sshString(signatureAlgorithm(key.type)), sshString(signature)]);
}

/** Two numbers, each as an SSH integer: no leading zeros, but one where it would be taken for negative. */
function ecdsaSignature(both: Buffer): Buffer {
  const half = both.length / 2;
  return Buffer.concat([both.subarray(0, half), both.subarray(half)].map((number) => {
    const first = number.findIndex((byte) => byte !== 0);
    const significant = number.subarray(first === -1 ? number.length - 1 : first);
    return sshString((significant[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), significant]) : significant);
  }));
}
