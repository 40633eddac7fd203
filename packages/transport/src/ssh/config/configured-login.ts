import { createHash } from "node:crypto";
import { homedir, hostname, userInfo } from "node:os";
import { TransportError } from "@hpckit/core";
import { addressOf, connectTimeoutOf, queryConfiguration, type HostConfiguration } from "../../system-ssh/query-configuration.js";
import { withHome } from "../home.js";
import type { SshHost } from "../ssh-options.js";
import type { SshLogin, UsualKeys } from "../ssh-login.js";
import { expandTokens } from "./expand-tokens.js";
import { parseJumps } from "./parse-jumps.js";
import type { SshConfig } from "./ssh-config.js";
import { refusedSettings } from "./refused-settings.js";
import { methodsOf } from "./sign-in-methods.js";

/**
 * What ssh's configuration says of a host, below what the caller says. `StrictHostKeyChecking` is not among what is heard.
 * @param hasJump - whether the caller says which way to go.
 * @throws TransportError `not-supported` for a configuration that only ssh itself can obey.
 */
export async function configuredLogin(given: SshHost, config: SshConfig, hasJump: boolean, signal: AbortSignal): Promise<SshLogin> {
  const configuration = await queryConfiguration({ host: given.host, port: given.port, user: given.user, config }, "options of connectSsh", signal);
  const { first } = configuration;
  const said = {
    jump: hasJump,
    knownHosts: given.hostKeys !== undefined || (given.knownHosts !== undefined && given.knownHosts !== "strict"),
    identity: given.privateKey !== undefined || given.agent !== undefined,
  };
  const refused = refusedSettings(configuration, said);
  if (refused.length > 0) {
    throw new TransportError("not-supported", `ssh's configuration for ${given.host} needs ${refused.join(", ")}, which connectSsh cannot do: use connectSystemSsh, or give this host's options here`, {
      detail: { host: given.host, settings: refused },
    });
  }
  const { host, port, user } = addressOf(configuration, given);
  const alias = given.hostKeyAlias ?? first("hostkeyalias");
  const expand = (text: string): string => expandTokens(text, tokensOf({ name: given.host, host, port, user, alias, jump: first("proxyjump") }), process.env);
  return {
    host,
    port,
    user,
    trusted: given.hostKeys !== undefined ? { hostKeys: given.hostKeys } : trustedFiles(given, configuration, alias),
    identity: said.identity ? given : usualKeys(configuration, expand),
    methods: methodsOf(configuration),
    proxyJump: parseJumps(first("proxyjump")).map((jump) => ({ ...jump, config })),
    connectTimeoutMs: connectTimeoutOf(configuration),
    network: { family: first("addressfamily") === "inet" ? 4 : first("addressfamily") === "inet6" ? 6 : undefined, localAddress: first("bindaddress") },
    allowed: { cipher: namesOf(first("ciphers")), kex: namesOf(first("kexalgorithms")), hmac: namesOf(first("macs")) },
  };
}

const namesOf = (list: string | undefined): readonly string[] => (list ?? "").split(",").filter((name) => name !== "");

function trustedFiles({ knownHosts }: SshHost, { first }: HostConfiguration, alias: string | undefined): SshLogin["trusted"] {
  if (knownHosts !== undefined && knownHosts !== "strict") return { files: [withHome(knownHosts.file)], isRequired: true, alias };
  // ssh prints names without quotes: one with a blank falls apart, and its hosts are unknown.
  const files = ["userknownhostsfile", "globalknownhostsfile"].flatMap((name) => (first(name) ?? "").split(" ")).filter((file) => file !== "" && file !== "none");
  return { files: files.map(withHome), isRequired: false, alias };
}

function usualKeys({ first, all }: HostConfiguration, expand: (text: string) => string): UsualKeys {
  const given = (name: string): readonly string[] => all(name).filter((file) => file !== "none").map(expand);
  const agent = first("identityagent") ?? "SSH_AUTH_SOCK";
  const fromEnvironment = agent === "SSH_AUTH_SOCK" ? agent : /^\$(\w+)$/.exec(agent)?.[1];
  return {
    files: given("identityfile"),
    certificateFiles: given("certificatefile"),
    agentSocket: agent === "none" ? undefined : fromEnvironment === undefined ? expand(agent) : process.env[fromEnvironment],
    onlyThese: first("identitiesonly") === "yes",
  };
}

interface TokenSource {
  /** As the caller wrote it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly alias: string | undefined;
  readonly jump: string | undefined;
}

/** @see ssh_config(5), TOKENS */
function tokensOf({ name, host, port, user, alias, jump }: TokenSource): Readonly<Record<string, string>> {
  const own = userInfo();
  const local = hostname();
  const j = parseJumps(jump).at(-1)?.host ?? "";
  return {
    ...{ "%": "%", d: homedir(), h: host, i: String(own.uid), j, k: alias ?? name, L: local.split(".")[0] ?? local, l: local, n: name, p: String(port), r: user, u: own.username },
    C: createHash("sha1").update(`${local}${host}${port}${user}${j}`).digest("hex"),
  };
}
