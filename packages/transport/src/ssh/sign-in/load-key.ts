import { readFile, stat } from "node:fs/promises";
import { TransportError } from "@hpckit/core";
import type { ParsedKey } from "ssh2";
import { withHome } from "../home.js";
import type { PrivateKeyFile, PrivateKeyText } from "../identity-options.js";
import { parseCertificateLine, type UserCertificate } from "./certificate.js";

export const unusable = (message: string, cause?: unknown): TransportError => new TransportError("authentication-failed", message, { cause });

/** @throws TransportError `authentication-failed` for a key that cannot be used. */
export async function loadKey(privateKey: PrivateKeyFile | PrivateKeyText): Promise<ParsedKey> {
  const { default: ssh2 } = await import("ssh2");
  const name = keyName(privateKey);
  if ("file" in privateKey && privateKey.file.endsWith(".pub")) throw publicKeyGiven(name);
  const text = "file" in privateKey ? await readPrivateFile(withHome(privateKey.file)) : privateKey.key.reveal();
  const parsed = ssh2.utils.parseKey(text, privateKey.passphrase?.reveal());
  if (parsed instanceof Error) {
    const isEncrypted = /encrypted|passphrase|integrity/i.test(parsed.message);
    throw unusable(isEncrypted ? `${name}: ${privateKey.passphrase === undefined ? "the key is encrypted; give its passphrase" : "the passphrase is wrong"}` : `${name}: not a private key that can be read; for security keys use connectSystemSsh`, parsed);
  }
  if (!parsed.isPrivateKey()) throw publicKeyGiven(name);
  return parsed;
}

const publicKeyGiven = (name: string): TransportError => unusable(`${name}: this is a public key; the private one is needed`);

export const keyName = (privateKey: PrivateKeyFile | PrivateKeyText): string => ("file" in privateKey ? privateKey.file : "the given private key");

async function readPrivateFile(file: string): Promise<Buffer> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw unusable(`${file}: a folder; give the path of the private key in it`);
    const { mode, uid } = found;
    // As ssh: a key that others may read is no secret any more. Files of others (of root, on a container's mount) are not ours to judge.
    if (uid === process.getuid?.() && (mode & 0o077) !== 0) {
      throw unusable(`${file}: others may read this private key (mode 0${(mode & 0o777).toString(8)}); chmod 600 it`);
    }
    return await readFile(file);
  } catch (cause) {
    throw cause instanceof TransportError ? cause : unusable(`${file}: cannot be read: ${(cause as Error).message}`, cause);
  }
}

/** The public half, as it travels, of a `.pub` file. */
export async function loadPublicKey(file: string): Promise<Buffer> {
  const line = await readFile(withHome(file), "utf8").catch((cause: unknown) => {
    throw unusable(`${file}: cannot be read: ${(cause as Error).message}`, cause);
  });
  const blob = Buffer.from(line.trim().split(/\s+/)[1] ?? "", "base64");
  if (blob.length === 0) throw unusable(`${file}: not a public key`);
  return blob;
}

/** @throws TransportError `authentication-failed` for what is no certificate of a user. */
export async function loadCertificate(file: string): Promise<UserCertificate> {
  const text = await readFile(withHome(file), "utf8").catch((cause: unknown) => {
    throw unusable(`${file}: cannot be read: ${(cause as Error).message}`, cause);
  });
  const certificate = parseCertificateLine(text);
  if (certificate === undefined) throw unusable(`${file}: not a user's certificate of a type that is known here; connectSystemSsh knows more`);
  return certificate;
}
