import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { TransportError, type Secret } from "@hpckit/core";
import type { AgentAuthMethod, BaseAgent, ParsedKey, PublicKeyAuthMethod } from "ssh2";
import { oneKeyOfAgent } from "./one-key-agent.js";

export interface PrivateKeyFile {
  /** Path of the private key; `~/` is the home folder. Refused, as by ssh, if others may read it. */
  readonly file: string;
  readonly passphrase?: Secret | undefined;
}

export interface PrivateKeyText {
  /** The key itself, in OpenSSH's or PEM format. */
  readonly key: Secret;
  readonly passphrase?: Secret | undefined;
}

export interface AgentIdentity {
  /** By default the agent of `SSH_AUTH_SOCK`. */
  readonly socketPath?: string | undefined;
  /** The one key to offer, by its public half. Without it all are offered, and a server counts each as a failure. */
  readonly publicKeyFile?: string | undefined;
}

/** How the account is proven, at most one way of each kind. */
export interface IdentityOptions {
  readonly privateKey?: PrivateKeyFile | PrivateKeyText | undefined;
  readonly agent?: AgentIdentity | undefined;
}

/** What of it must not be seen. */
export const secretsOfIdentity = ({ privateKey }: IdentityOptions): readonly Secret[] =>
  privateKey === undefined ? [] : [privateKey.passphrase, "key" in privateKey ? privateKey.key : undefined].filter((each) => each !== undefined);

/** One attempt to sign in, in ssh2's own form. */
export type Attempt = PublicKeyAuthMethod | AgentAuthMethod;

const defaultKeys = ["id_ed25519", "id_ecdsa", "id_rsa"];

/**
 * What to try, in order. With no wish of the caller's: the usual key files that are not encrypted, then the agent.
 * @throws TransportError `authentication-failed` for a key that cannot be used, or if there is nothing to try.
 */
export async function signInAttempts(user: string, { privateKey, agent }: IdentityOptions): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  if (privateKey !== undefined) attempts.push({ type: "publickey", username: user, key: await loadKey(privateKey) });
  if (agent !== undefined) attempts.push({ type: "agent", username: user, agent: await loadAgent(agent) });
  if (privateKey === undefined && agent === undefined) {
    for (const name of defaultKeys) {
      const key = await loadKey({ file: join(homedir(), ".ssh", name) }).catch(() => undefined);
      if (key !== undefined) attempts.push({ type: "publickey", username: user, key });
    }
    const socketPath = process.env["SSH_AUTH_SOCK"];
    if (socketPath !== undefined && socketPath !== "") attempts.push({ type: "agent", username: user, agent: socketPath });
  }
  if (attempts.length === 0) throw unusable("there is no key to sign in with: give privateKey or agent, or make one with ssh-keygen");
  return attempts;
}

async function loadKey(privateKey: PrivateKeyFile | PrivateKeyText): Promise<ParsedKey> {
  const { default: ssh2 } = await import("ssh2");
  const name = "file" in privateKey ? privateKey.file : "the given private key";
  const text = "file" in privateKey ? await readPrivateFile(withHome(privateKey.file)) : privateKey.key.reveal();
  const parsed = ssh2.utils.parseKey(text, privateKey.passphrase?.reveal());
  if (parsed instanceof Error) {
    const isEncrypted = /encrypted|passphrase|integrity/i.test(parsed.message);
    throw unusable(isEncrypted ? `${name}: the passphrase is missing or wrong` : `${name}: not a private key that can be read`, parsed);
  }
  if (!parsed.isPrivateKey()) throw unusable(`${name}: this is a public key; the private one is needed`);
  return parsed;
}

async function readPrivateFile(file: string): Promise<Buffer> {
  try {
    const { mode, uid } = await stat(file);
    // As ssh: a key that others may read is no secret any more. Files of others (of root, on a container's mount) are not ours to judge.
    if (uid === process.getuid?.() && (mode & 0o077) !== 0) {
      throw unusable(`${file}: others may read this private key (mode 0${(mode & 0o777).toString(8)}); chmod 600 it`);
    }
    return await readFile(file);
  } catch (cause) {
    throw cause instanceof TransportError ? cause : unusable(`${file}: cannot be read: ${(cause as Error).message}`, cause);
  }
}

async function loadAgent({ socketPath = process.env["SSH_AUTH_SOCK"], publicKeyFile }: AgentIdentity): Promise<string | BaseAgent> {
  if (socketPath === undefined || socketPath === "") throw unusable("no ssh agent: SSH_AUTH_SOCK is not set; start one with ssh-agent, or give its socketPath");
  if (publicKeyFile === undefined) return socketPath;
  const text = await readFile(withHome(publicKeyFile)).catch((cause: unknown) => {
    throw unusable(`${publicKeyFile}: cannot be read: ${(cause as Error).message}`, cause);
  });
  return oneKeyOfAgent(socketPath, text);
}

const withHome = (file: string): string => (file.startsWith("~/") ? join(homedir(), file.slice(2)) : file);

export const unusable = (message: string, cause?: unknown): TransportError => new TransportError("authentication-failed", message, { cause });
