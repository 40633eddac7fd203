import type { HostConfiguration } from "../../system-ssh/query-configuration.js";
import { methodsOf } from "./sign-in-methods.js";

/** What the caller says, so that the configuration's own does not count. */
export interface SaidByCaller {
  readonly jump: boolean;
  readonly knownHosts: boolean;
  readonly identity: boolean;
}

/** Settings without which the configuration would not be obeyed, and which only ssh itself can obey. By their names in ssh_config(5). */
export function refusedSettings(configuration: HostConfiguration, said: SaidByCaller): readonly string[] {
  const { first } = configuration;
  const isSet = (name: string): boolean => !["none", ""].includes(first(name) ?? "none");
  const hasNoMethod = methodsOf(configuration).size === 0;
  return [
    ...(!said.jump && isSet("proxycommand") ? ["ProxyCommand"] : []),
    ...(isSet("bindinterface") ? ["BindInterface"] : []),
    // To pass over these would be to accept keys that the user does not.
    ...(!said.knownHosts && isSet("revokedhostkeys") ? ["RevokedHostKeys"] : []),
    ...(!said.knownHosts && isSet("knownhostscommand") ? ["KnownHostsCommand"] : []),
    ...(!said.identity && isSet("pkcs11provider") ? ["PKCS11Provider"] : []),
    ...(hasNoMethod ? [first("preferredauthentications") === undefined ? "PubkeyAuthentication" : "PreferredAuthentications"] : []),
  ];
}
