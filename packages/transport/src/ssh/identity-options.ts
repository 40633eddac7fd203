import { Secret } from "@hpckit/core";
import { z } from "zod";

/** A private key in a file. */
export interface PrivateKeyFile {
  /** Path of the private key; `~/` is the home folder. Refused, as by ssh, if others may read it. */
  readonly file: string;
  /** Needed where the key is encrypted. */
  readonly passphrase?: Secret | undefined;
  /** Of the user's certificate (ssh-keygen(1), CERTIFICATES); by default the file beside the key that ends in `-cert.pub`, if there is one. */
  readonly certificateFile?: string | undefined;
}

/** A private key that is in no file, e.g. from a store of secrets. */
export interface PrivateKeyText {
  /** The key itself, in OpenSSH's or PEM format. */
  readonly key: Secret;
  /** Needed where the key is encrypted. */
  readonly passphrase?: Secret | undefined;
  /** Path of the user's certificate; by default none. */
  readonly certificateFile?: string | undefined;
}

/** An agent that holds private keys and signs with them (ssh-agent(1)). */
export interface AgentIdentity {
  /** By default the agent of `SSH_AUTH_SOCK`. */
  readonly socketPath?: string | undefined;
  /**
   * The one key to offer, by its public half; certificates of it that the agent holds come first. Without it all are offered, and a server
   * counts each as a failure.
   */
  readonly publicKeyFile?: string | undefined;
}

/** How the account is proven, at most one way of each kind. */
export interface IdentityOptions {
  /** A key that this side reads. */
  readonly privateKey?: PrivateKeyFile | PrivateKeyText | undefined;
  /** Keys that an agent keeps. */
  readonly agent?: AgentIdentity | undefined;
}

/** What of it must not be seen. */
export const secretsOfIdentity = ({ privateKey }: IdentityOptions): readonly Secret[] =>
  privateKey === undefined ? [] : [privateKey.passphrase, "key" in privateKey ? privateKey.key : undefined].filter((each) => each !== undefined);

const filled = z.string().min(1);
const more = { passphrase: z.instanceof(Secret).optional(), certificateFile: filled.optional() };

export const identityShape = {
  privateKey: z
    .union([z.strictObject({ file: filled, ...more }), z.strictObject({ key: z.instanceof(Secret), ...more })], {
      error: "a private key is { file, passphrase?, certificateFile? } or { key, passphrase?, certificateFile? }; key and passphrase are secrets, made by secret() of @hpckit/core",
    })
    .optional(),
  agent: z.strictObject({ socketPath: filled.optional(), publicKeyFile: filled.optional() }).optional(),
};
