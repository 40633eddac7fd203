import { sshReader, sshString } from "./ssh-string.js";

/** A user's certificate: a public key that an authority has signed. */
export interface UserCertificate {
  /** As it travels. */
  readonly blob: Buffer;
  /** Of the key within, e.g. `ssh-ed25519`. */
  readonly keyType: string;
  /** That key as it travels. */
  readonly publicKey: Buffer;
  readonly principals: readonly string[];
  /** Seconds since the epoch. */
  readonly validAfter: bigint;
  readonly validBefore: bigint;
}

/** How many strings make up the public key, by its type. */
const keyStrings: Readonly<Record<string, number>> = { "ssh-ed25519": 1, "ssh-rsa": 2, "ecdsa-sha2-nistp256": 2, "ecdsa-sha2-nistp384": 2, "ecdsa-sha2-nistp521": 2 };
const suffix = "-cert-v01@openssh.com";
const userKind = 1;

/**
 * Reads a certificate as it travels; `undefined` for what is none of a user and of a known type.
 * @see PROTOCOL.certkeys of OpenSSH
 */
export function parseCertificate(blob: Buffer): UserCertificate | undefined {
  try {
    const reader = sshReader(blob);
    const type = reader.string().toString("latin1");
    const keyType = type.endsWith(suffix) ? type.slice(0, -suffix.length) : "";
    const count = keyStrings[keyType];
    if (count === undefined) return undefined;
    reader.string(); // a nonce
    const key = Array.from({ length: count }, () => reader.string());
    reader.uint64(); // the serial number
    if (reader.uint32() !== userKind) return undefined;
    reader.string(); // the name of the certificate
    const principals = stringsOf(reader.string()).map((name) => name.toString("utf8"));
    const [validAfter, validBefore] = [reader.uint64(), reader.uint64()];
    for (let rest = 0; rest < 5; rest++) reader.string(); // options, extensions, a reserve, the authority's key, its signature
    return { blob, keyType, publicKey: Buffer.concat([keyType, ...key].map((each) => sshString(each))), principals, validAfter, validBefore };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Reads a line of a `.pub` file. */
export const parseCertificateLine = (line: string): UserCertificate | undefined => parseCertificate(Buffer.from(line.trim().split(/\s+/)[1] ?? "", "base64"));

function stringsOf(list: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  const reader = sshReader(list);
  for (let left = list.length; left > 0; left -= 4 + (found.at(-1)?.length ?? 0)) found.push(reader.string());
  return found;
}

/** Of what can be written as a date, in seconds. */
const lastDate = 8_640_000_000_000n;

/** Why a server will not take it, as far as that can be seen from here; clocks may differ. */
export function certificateFault({ principals, validAfter, validBefore }: UserCertificate, user: string, nowSeconds: number): string | undefined {
  const dateOf = (seconds: bigint): string => (seconds < lastDate ? new Date(Number(seconds) * 1_000).toISOString() : "the end of time");
  if (validBefore <= BigInt(Math.floor(nowSeconds))) return `it expired at ${dateOf(validBefore)}: get a new one`;
  if (validAfter > BigInt(Math.floor(nowSeconds))) return `it is valid from ${dateOf(validAfter)} on`;
  if (principals.length > 0 && !principals.includes(user)) return `it is for ${principals.join(", ")}`;
  return undefined;
}
