import { homedir } from "node:os";
import { join } from "node:path";
import { configuredLogin } from "./config/configured-login.js";
import { signInMethods } from "./config/sign-in-methods.js";
import { withHome } from "./home.js";
import { mostHops, tooManyHops } from "./most-hops.js";
import { hopsOf, type SshHost, type SshOptions } from "./ssh-options.js";
import type { SshLogin, UsualKeys } from "./ssh-login.js";

/** The hosts to sign in to one after the other, the target last. Files of the configuration are read now: they may change between two logins. */
export async function resolveRoute(options: SshOptions, signal: AbortSignal): Promise<readonly SshLogin[]> {
  const inherit = (hop: SshHost): SshHost => ({
    ...hop,
    config: hop.config ?? options.config,
    knownHosts: hop.hostKeys === undefined ? (hop.knownHosts ?? options.knownHosts) : undefined,
  });
  return wayTo(options, options.jump === undefined ? undefined : hopsOf(options).map(inherit), signal, mostHops);
}

/** As ssh does: of several jump hosts the first one goes the way that its own configuration says. */
async function wayTo(given: SshHost, jump: readonly SshHost[] | undefined, signal: AbortSignal, hopsLeft: number): Promise<readonly SshLogin[]> {
  if (hopsLeft < 0) throw tooManyHops();
  const login = given.config === undefined || given.config === "none" ? plainLogin(given) : await configuredLogin(given, given.config, jump !== undefined, signal);
  const before = jump ?? login.proxyJump.map((hop) => ({ ...hop, knownHosts: given.knownHosts }));
  const last = before.at(-1);
  if (last === undefined) return [login];
  return [...(await wayTo(last, before.length === 1 ? undefined : before.slice(0, -1), signal, hopsLeft - 1)), login];
}

function plainLogin(given: SshHost): SshLogin {
  const { host, port = 22, user = "", knownHosts = "strict", hostKeys, hostKeyAlias } = given;
  const files = knownHosts === "strict" ? [join(homedir(), ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts"] : [withHome(knownHosts.file)];
  return {
    host,
    port,
    user,
    trusted: hostKeys === undefined ? { files, isRequired: knownHosts !== "strict", alias: hostKeyAlias } : { hostKeys },
    identity: given.privateKey === undefined && given.agent === undefined ? defaultKeys() : given,
    methods: new Set(signInMethods),
    proxyJump: [],
    connectTimeoutMs: undefined,
    network: {},
    allowed: undefined,
  };
}

const defaultKeys = (): UsualKeys => ({
  files: ["id_ed25519", "id_ecdsa", "id_rsa"].map((name) => join(homedir(), ".ssh", name)),
  certificateFiles: [],
  agentSocket: process.env["SSH_AUTH_SOCK"],
  onlyThese: false,
});
