import type { AnyAuthMethod, BaseAgent, Client, ParsedKey, SignCallback } from "ssh2";
import type { AgentClient } from "./agent-client.js";
import type { UserCertificate } from "./certificate.js";
import { replaceNextMessage } from "../ssh2-internals.js";
import { signatureAlgorithm, sshSignature } from "./ssh-signature.js";
import { sshReader, sshString } from "./ssh-string.js";

/** One key or certificate to offer. */
export interface KeyAttempt {
  /** For errors, e.g. the name of its file. */
  readonly name: string;
  /** What the server is shown of it. */
  readonly offered: Buffer;
  /** What is seen to be wrong with it before it is tried. */
  readonly fault?: string | undefined;
  begin(client: Client, user: string): Promise<AnyAuthMethod>;
}

export const privateKeyAttempt = (name: string, key: ParsedKey): KeyAttempt => ({
  name,
  offered: key.getPublicSSH(),
  begin: async (_, username) => ({ type: "publickey", username, key }),
});

/** A key that an agent keeps to itself. */
export const agentKeyAttempt = (name: string, agent: AgentClient, blob: Buffer): KeyAttempt => ({
  name,
  offered: blob,
  async begin(_, username) {
    const sign = async (data: Buffer): Promise<Buffer> => {
      const reader = sshReader(await agent.sign(blob, data));
      reader.string();
      return reader.string();
    };
    // ssh2 takes SHA-256 for RSA keys, and the agent is asked for SHA-512: so its type says so.
    return { type: "agent", username, agent: await oneKeyAgent(await publicKeyOf(blob), sign) };
  },
});

/** @param sign - with the private half of the certified key, as the signature travels. */
export const certificateAttempt = (name: string, certificate: UserCertificate, fault: string | undefined, sign: (data: Buffer) => Promise<Buffer>): KeyAttempt => ({
  name,
  offered: certificate.blob,
  fault,
  async begin(client, username) {
    const offered = withType(await publicKeyOf(certificate.publicKey), `${signatureAlgorithm(certificate.keyType)}-cert-v01@openssh.com`, certificate.blob);
    const agent = await oneKeyAgent(offered, async (data) => {
      const signature = await sign(data);
      // What is signed is the session's id, then the request (RFC 4252, 7); the request goes out with the signature behind it.
      const request = data.subarray(4 + data.readUInt32BE());
      replaceNextMessage(client, Buffer.concat([request, sshString(signature)]));
      return signature;
    });
    return { type: "agent", username, agent };
  },
});

/** Signs with a private key that is here. */
export const signingWith = (key: ParsedKey) => async (data: Buffer): Promise<Buffer> => sshSignature(key, data);

async function publicKeyOf(blob: Buffer): Promise<ParsedKey> {
  const { default: ssh2 } = await import("ssh2");
  const type = sshReader(blob).string().toString("latin1");
  const parsed = ssh2.utils.parseKey(`${type} ${blob.toString("base64")}`);
  if (parsed instanceof Error) throw parsed;
  const algorithm = signatureAlgorithm(type);
  return algorithm === type ? parsed : withType(parsed, algorithm, blob);
}

/** The same key under another name. ssh2 recognises its keys by what they inherit. */
const withType = (key: ParsedKey, type: string, blob: Buffer): ParsedKey =>
  Object.create(key, { type: { value: type }, getPublicSSH: { value: () => blob } }) as ParsedKey;

async function oneKeyAgent(key: ParsedKey, sign: (data: Buffer) => Promise<Buffer>): Promise<BaseAgent> {
  const { default: ssh2 } = await import("ssh2");
  class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
    override getIdentities(callback: (error: Error | undefined | null, keys?: ParsedKey[]) => void): void {
      callback(undefined, [key]);
    }
    override sign(_key: ParsedKey, data: Buffer, options: unknown, callback?: SignCallback): void {
      const done = typeof options === "function" ? (options as SignCallback) : callback;
      sign(data).then(
        (signature) => done?.(undefined, signature),
        (error: unknown) => done?.(error instanceof Error ? error : new Error(String(error))),
      );
    }
  }
  return new OneKeyAgent();
}
