import { readFile } from "node:fs/promises";
import { TransportError } from "@hpckit/core";
import { describeChangedKey } from "./changed-key.js";
import { fingerprintOf } from "./fingerprint.js";
import { entriesOf, judgeHostKey, knownName, parseKnownHosts, type KnownHost } from "./known-hosts.js";
import { parsePinnedKeys } from "./pinned-keys.js";

/** What a host's key is compared with. */
export type TrustedKeys =
  | { readonly hostKeys: readonly string[] }
  | {
      readonly files: readonly string[];
      /** ssh's own files may be missing, a file that the caller names may not. */
      readonly isRequired: boolean;
      /** Looked up in place of the host's name, without a port. */
      readonly alias?: string | undefined;
    };

/** The check of one host's key, to be asked before anything else is said to the host. */
export interface HostKeyCheck {
  /** The signature algorithms to offer: those of the key types that are known, so that the host shows such a key. */
  readonly algorithms: readonly HostKeyAlgorithm[];
  /** @returns why the key is refused, if it is. */
  judge(key: Buffer): TransportError | undefined;
}

const algorithmsOf = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  // RSA keys sign with SHA-2; SHA-1 (`ssh-rsa` as an algorithm) is not offered.
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
} as const;
type HostKeyAlgorithm = (typeof algorithmsOf)[keyof typeof algorithmsOf][number];

const algorithmsFor = (isKnown: (type: string) => boolean): readonly HostKeyAlgorithm[] =>
  Object.entries(algorithmsOf).flatMap(([type, signed]) => (isKnown(type) ? [...signed] : []));

/** @throws TransportError `host-key-refused` if no key of the host is known at all: it is not even asked. */
export async function readHostKeyCheck(trusted: TrustedKeys, host: string, port: number): Promise<HostKeyCheck> {
  if ("hostKeys" in trusted) return pinnedCheck(trusted.hostKeys, host, port);
  const { files, isRequired, alias } = trusted;
  const name = alias === undefined ? knownName(host, port) : knownName(alias, 22);
  const found = await Promise.all(files.map(async (file) => ({ file, entries: entriesOf(parseKnownHosts(await readKnownHosts(file, isRequired)), name) })));
  return knownHostsCheck({ found, name, host, port });
}

interface Known {
  /** In each file that was searched. */
  readonly found: readonly { readonly file: string; readonly entries: readonly KnownHost[] }[];
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

function knownHostsCheck({ found, name, host, port }: Known): HostKeyCheck {
  const entries = found.flatMap((each) => each.entries);
  const types = new Set(entries.filter(({ marker }) => marker === undefined).map(({ keyType }) => keyType));
  const algorithms = algorithmsFor((type) => types.has(type));
  if (algorithms.length === 0) {
    const searched = found.map(({ file }) => file).join(" or ");
    const hasMarker = (wanted: string): boolean => entries.some(({ marker }) => marker === wanted);
    if (hasMarker("revoked") && !hasMarker("cert-authority")) {
      throw refusal(`no host key of ${name} is known but revoked ones (${searched}): do not connect; ask the site for its new key, then add that`, { host, port, verdict: "revoked" });
    }
    const next = hasMarker("cert-authority") ? "Only a certificate authority is known for it, which connectSystemSsh understands; or add its own key" : howToAdd(host, port);
    throw refusal(`the host key of ${name} is not known: nothing in ${searched === "" ? "no file of known hosts" : searched}. ${next}`, { host, port, verdict: "unknown" });
  }
  return {
    algorithms,
    judge(key) {
      const fingerprint = fingerprintOf(key);
      const verdict = judgeHostKey(entries, key.toString("base64"));
      if (verdict === "known") return undefined;
      const detail = { host, port, fingerprint, verdict };
      if (verdict === "revoked") return refusal(`${name} shows the revoked host key ${fingerprint}: do not connect; ask the site for its new key`, detail);
      const files = found.filter((each) => each.entries.length > 0).map(({ file }) => file);
      return refusal(describeChangedKey({ name, known: `the one in ${files.join(" or ")}`, shown: fingerprint, knownAs: name, files }), detail);
    },
  };
}

function pinnedCheck(hostKeys: readonly string[], host: string, port: number): HostKeyCheck {
  const { keyTypes, has } = parsePinnedKeys(hostKeys);
  const algorithms = algorithmsFor((type) => keyTypes?.has(type) ?? true);
  const name = knownName(host, port);
  if (algorithms.length === 0) throw refusal(`none of the hostKeys for ${name} is of a type that can be checked here; connectSystemSsh knows more types`, { host, port });
  return {
    algorithms,
    judge(key) {
      if (has(key)) return undefined;
      const fingerprint = fingerprintOf(key);
      return refusal(
        `${name} shows ${fingerprint}, which is none of the hostKeys that are accepted. Someone may stand in between. If the site confirms this fingerprint, put it there`,
        { host, port, fingerprint, verdict: "changed" },
      );
    },
  };
}

const refusal = (message: string, detail: Readonly<Record<string, unknown>>): TransportError => new TransportError("host-key-refused", message, { detail });

const howToAdd = (host: string, port: number): string =>
  `Compare the fingerprint with the site's documentation (ssh-keyscan -p ${port} ${host} | ssh-keygen -lf -), then add the key`;

async function readKnownHosts(file: string, isRequired: boolean): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (!isRequired && (cause as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw refusal(`the known host keys cannot be read: ${(cause as Error).message}`, { file });
  }
}
