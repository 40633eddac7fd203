import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { TransportError } from "@hpckit/core";
import { entriesOf, judgeHostKey, knownName, parseKnownHosts } from "./known-hosts.js";

/** Where host keys are looked up: ssh's own files, or one file of the caller's. */
export type KnownHostsSource = "strict" | { readonly file: string };

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

/** @throws TransportError `host-key-refused` if no key of the host is known at all: it is not even asked. */
export async function readHostKeyCheck(source: KnownHostsSource, host: string, port: number): Promise<HostKeyCheck> {
  const files = source === "strict" ? [join(homedir(), ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts"] : [source.file];
  const texts = await Promise.all(files.map((file) => readKnownHosts(file, source !== "strict")));
  const entries = entriesOf(parseKnownHosts(texts.join("\n")), host, port);
  const name = knownName(host, port);
  const searched = files.join(" or ");
  const types = new Set(entries.filter(({ marker }) => marker === undefined).map(({ keyType }) => keyType));
  const algorithms = Object.entries(algorithmsOf).flatMap(([type, signed]) => (types.has(type) ? [...signed] : []));
  if (algorithms.length === 0) {
    const authority = entries.some(({ marker }) => marker === "cert-authority") ? " (certificate authorities need connectSystemSsh)" : "";
    throw refusal(`the host key of ${name} is not known${authority}: nothing in ${searched}. ${howToAdd(host, port)}`, { host, port });
  }
  return {
    algorithms,
    judge(key) {
      const fingerprint = fingerprintOf(key);
      const verdict = judgeHostKey(entries, key.toString("base64"));
      if (verdict === "known") return undefined;
      const detail = { host, port, fingerprint, verdict };
      if (verdict === "revoked") return refusal(`${name} shows the revoked host key ${fingerprint}: do not connect; ask the site for its new key`, detail);
      return refusal(
        `the host key of ${name} is another than the one in ${searched}: it shows ${fingerprint}. Someone may stand in between. ` +
          `If the site confirms this fingerprint, remove the old key (ssh-keygen -R '${name}') and add the new one`,
        detail,
      );
    },
  };
}

/** As ssh prints it. */
export const fingerprintOf = (key: Buffer): string => `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

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
