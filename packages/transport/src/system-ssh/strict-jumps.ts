import { commandLine, raw, sh } from "@hpckit/core";
import { parseJumps, type Jump } from "../ssh/config/parse-jumps.js";
import { mostHops, tooManyHops } from "../ssh/most-hops.js";
import { queryConfiguration, type HostConfiguration } from "./query-configuration.js";
import { jumpArguments } from "./ssh-arguments.js";

/** How ssh gets to a host over jump hosts. */
export interface StrictJumps {
  /** `undefined` where there are none. */
  readonly proxyCommand: string | undefined;
  /** Holds the commands, which could not be quoted for ssh and for shells at once. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The way of a configuration's `ProxyJump`, with every host of it checked as the target is: by itself ssh would start another ssh for it with
 * nothing but the configuration, and that may accept any key.
 */
export async function strictJumps(configuration: HostConfiguration, configFile: string | undefined, signal: AbortSignal): Promise<StrictJumps> {
  const hops = await jumpsBackwards(jumpsOf(configuration), configFile, signal, mostHops);
  const leadingTo = (index: number): string | undefined => (index < hops.length ? sh`/bin/sh -c "$HPCKIT_JUMP_${index}" hpckit '%h' '%p'`.shell : undefined);
  const command = (hop: Jump, index: number): string => commandLine(["exec", "ssh", ...jumpArguments({ ...hop, configFile }, leadingTo(index + 1), raw('"[$1]:$2"'))]);
  return { proxyCommand: leadingTo(0), environment: Object.fromEntries(hops.map((hop, index) => [`HPCKIT_JUMP_${index}`, command(hop, index)])) };
}

/** The one next to the target first. As with ssh, the farthest one goes the way that its own configuration says. */
async function jumpsBackwards(jumps: readonly Jump[], configFile: string | undefined, signal: AbortSignal, hopsLeft: number): Promise<readonly Jump[]> {
  const [first] = jumps;
  if (first === undefined) return [];
  if (jumps.length > hopsLeft) throw tooManyHops();
  const before = jumpsOf(await queryConfiguration({ ...first, configFile }, "options of connectSystemSsh", signal));
  return [...jumps.toReversed(), ...(await jumpsBackwards(before, configFile, signal, hopsLeft - jumps.length))];
}

const jumpsOf = ({ first }: HostConfiguration): readonly Jump[] => parseJumps(first("proxyjump"));
