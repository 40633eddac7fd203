import { commandLine, raw, sh } from "@hpckit/core";
import type { LoginAddress } from "../manners/login-address.js";
import { parseJumps, type Jump } from "../ssh/config/parse-jumps.js";
import { mostHops, tooManyHops } from "../ssh/most-hops.js";
import { addressOf, queryConfiguration, type HostConfiguration } from "./query-configuration.js";
import { jumpArguments } from "./ssh-arguments.js";
import type { SystemSshOptions } from "./system-ssh-options.js";

/** How ssh gets to a host over jump hosts. */
export interface StrictJumps {
  /** The configuration's own, or `none`, where there are no jump hosts: a file that changes meanwhile can bring in none that is not checked. */
  readonly proxyCommand: string;
  /** Holds the commands, which could not be quoted for ssh and for shells at once. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the jump hosts. */
  readonly addresses: readonly LoginAddress[];
}

/**
 * The way of a configuration's `ProxyJump`, with every host of it checked as the target is: by itself ssh would start another ssh for it with
 * nothing but the configuration, and that may accept any key.
 */
export async function strictJumps(configuration: HostConfiguration, config: SystemSshOptions["config"], signal: AbortSignal): Promise<StrictJumps> {
  const hops = await hopsBackwards(jumpsOf(configuration), config, signal, mostHops);
  const farthest = hops.at(-1)?.configuration ?? configuration;
  const leadingTo = (index: number): string => (index < hops.length ? sh`/bin/sh -c "$HPCKIT_JUMP_${index}" hpckit '%h' '%p'`.shell : (farthest.first("proxycommand") ?? "none"));
  const command = ({ jump }: Hop, index: number): string => commandLine(["exec", "ssh", ...jumpArguments({ ...jump, config }, leadingTo(index + 1), raw('"[$1]:$2"'))]);
  return {
    proxyCommand: leadingTo(0),
    environment: Object.fromEntries(hops.map((hop, index) => [`HPCKIT_JUMP_${index}`, command(hop, index)])),
    addresses: hops.map((hop) => addressOf(hop.configuration, hop.jump)),
  };
}

interface Hop {
  readonly jump: Jump;
  readonly configuration: HostConfiguration;
}

/** The one next to the target first. As with ssh, the farthest one goes the way that its own configuration says. */
async function hopsBackwards(jumps: readonly Jump[], config: SystemSshOptions["config"], signal: AbortSignal, hopsLeft: number): Promise<readonly Hop[]> {
  if (jumps.length > hopsLeft) throw tooManyHops();
  const hops = await Promise.all(jumps.map(async (jump) => ({ jump, configuration: await queryConfiguration({ ...jump, config }, "options of connectSystemSsh", signal) })));
  const [first] = hops;
  if (first === undefined) return [];
  return [...hops.toReversed(), ...(await hopsBackwards(jumpsOf(first.configuration), config, signal, hopsLeft - jumps.length))];
}

const jumpsOf = ({ first }: HostConfiguration): readonly Jump[] => parseJumps(first("proxyjump"));
