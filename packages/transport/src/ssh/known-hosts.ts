import { createHmac, timingSafeEqual } from "node:crypto";

/** One line of a known_hosts file that could be read. */
export interface KnownHost {
  readonly marker: "cert-authority" | "revoked" | undefined;
  /** Names and patterns as written, or one hashed name. */
  readonly hosts: string;
  /** E.g. `ssh-ed25519`. */
  readonly keyType: string;
  /** The public key as it travels, in base64. */
  readonly key: string;
}

/** What a file says about the key that a host has shown. */
export type HostKeyVerdict = "known" | "unknown" | "changed" | "revoked";

/**
 * Reads known_hosts. Lines that cannot be read are passed over, as ssh does: they can make a host unknown, never known.
 * @see sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
 */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split("\n").flatMap((line) => {
    const words = line.trim().split(/[ \t]+/);
    const [first = ""] = words;
    const isMarked = first.startsWith("@");
    const marker = first === "@revoked" ? "revoked" : first === "@cert-authority" ? "cert-authority" : undefined;
    if (first === "" || first.startsWith("#") || (isMarked && marker === undefined)) return [];
    const [hosts, keyType, key] = isMarked ? words.slice(1) : words;
    if (hosts === undefined || keyType === undefined || key === undefined || !/^[A-Za-z0-9+/]+=*$/.test(key)) return [];
    return [{ marker, hosts, keyType, key }];
  });
}

/** The name under which a host stands in the file: with the port, where that is not 22. */
export const knownName = (host: string, port: number): string => (port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`);

/** The entries for a {@link knownName}. A port other than 22 must be named in the file: what listens there may belong to anyone. */
export const entriesOf = (known: readonly KnownHost[], name: string): readonly KnownHost[] => known.filter(({ hosts }) => matchesHost(hosts, name));

/** @param shown - the key that the host has shown, in base64. */
export function judgeHostKey(entries: readonly KnownHost[], shown: string): HostKeyVerdict {
  if (entries.some(({ marker, key }) => marker === "revoked" && key === shown)) return "revoked";
  const plain = entries.filter(({ marker }) => marker === undefined);
  if (plain.some(({ key }) => key === shown)) return "known";
  return plain.length === 0 ? "unknown" : "changed";
}

function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith("|")) return matchesHash(hosts, name);
  const patterns = hosts.split(",").map((pattern) => pattern.toLowerCase());
  if (patterns.some((pattern) => pattern.startsWith("!") && matchesPattern(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && matchesPattern(pattern, name));
}

/** `|1|salt|hash`: HMAC-SHA1 of the name under the salt, both in base64. */
function matchesHash(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split("|");
  if (version !== "1" || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, "base64");
  const actual = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** `*` stands for any text, `?` for one character; brackets are literal. */
function matchesPattern(pattern: string, name: string): boolean {
  const expression = pattern.replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(name);
}
