import type { HostConfiguration } from "../../system-ssh/query-configuration.js";

/** The ways to sign in that this transport has, named as in RFC 4252 and RFC 4256. */
export const signInMethods = ["publickey", "keyboard-interactive", "password"] as const;
export type SignInMethod = (typeof signInMethods)[number];

const switches: Readonly<Record<SignInMethod, string>> = {
  publickey: "pubkeyauthentication",
  "keyboard-interactive": "kbdinteractiveauthentication",
  password: "passwordauthentication",
};

/** Those that the configuration leaves on. OpenSSH prints `true` and `false` for some switches. */
export function methodsOf({ first }: HostConfiguration): ReadonlySet<SignInMethod> {
  const preferred = first("preferredauthentications")?.split(",");
  const isOn = (method: SignInMethod): boolean => !["no", "false"].includes(first(switches[method]) ?? "yes");
  return new Set(signInMethods.filter((method) => isOn(method) && (preferred?.includes(method) ?? true)));
}
