import type { Algorithms } from "ssh2";
import type { SshLogin } from "../ssh-login.js";

/** In ssh2's order, without those that the configuration does not name. */
export function allowedAlgorithms({ allowed }: SshLogin): Algorithms {
  if (allowed === undefined) return {};
  const others = (names: readonly string[]): RegExp => new RegExp(`^(?!(?:${names.map((name) => name.replaceAll(/[^\w-]/g, "\\$&")).join("|")})$)`);
  // ssh2 takes patterns, which its types do not know.
  return { cipher: { remove: others(allowed.cipher) }, kex: { remove: others(allowed.kex) }, hmac: { remove: others(allowed.hmac) } } as unknown as Algorithms;
}
