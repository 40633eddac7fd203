import type { SignInMethod } from "./config/sign-in-methods.js";
import type { TrustedKeys } from "./host-key-check.js";
import type { IdentityOptions } from "./identity-options.js";
import type { SshHost } from "./ssh-options.js";

/** Keys to try where the caller names none, as ssh does. What is missing or locked among them is passed over. */
export interface UsualKeys {
  readonly files: readonly string[];
  /** Beside those that stand next to their keys. */
  readonly certificateFiles: readonly string[];
  readonly agentSocket: string | undefined;
  /** Offer no other keys of the agent than those of the files. */
  readonly onlyThese: boolean;
}

/** One host of the way, with everything that is to be known before the first byte. */
export interface SshLogin {
  /** Where the connection goes. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly trusted: TrustedKeys;
  readonly identity: IdentityOptions | UsualKeys;
  readonly methods: ReadonlySet<SignInMethod>;
  /** Jump hosts that the configuration names. */
  readonly proxyJump: readonly SshHost[];
  readonly connectTimeoutMs: number | undefined;
  readonly network: { readonly family?: 4 | 6 | undefined; readonly localAddress?: string | undefined };
  /** Names of algorithms that the configuration allows; `undefined` for no wish. */
  readonly allowed: { readonly cipher: readonly string[]; readonly kex: readonly string[]; readonly hmac: readonly string[] } | undefined;
}
