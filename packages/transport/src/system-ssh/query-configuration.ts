import { userInfo } from "node:os";
import { text } from "node:stream/consumers";
import { OptionsError } from "@hpckit/core";
import { orAborted } from "../guard/stopping.js";
import type { LoginAddress } from "../manners/login-address.js";
import { queryArguments, type Destination } from "./ssh-arguments.js";
import { lastLines } from "./ssh-failure.js";
import { startProcess } from "./ssh-process.js";

/** What ssh's configuration says of a host. Names of settings are in lower case. */
export interface HostConfiguration {
  readonly first: (name: string) => string | undefined;
  /** The values of a setting that can stand several times, in order. */
  readonly all: (name: string) => readonly string[];
}

/**
 * Asks `ssh -G` what all of its files, with every Host, Match and Include, come to for one host.
 * @param subject - what the caller gave, for the error.
 * @throws OptionsError for a configuration, or an option of the caller's, that ssh cannot read.
 */
export async function queryConfiguration(destination: Destination, subject: string, signal: AbortSignal): Promise<HostConfiguration> {
  const child = await startProcess("ssh", queryArguments(destination));
  child.stdin.end();
  try {
    const [stdout, stderr, code] = await orAborted(Promise.all([text(child.stdout), text(child.stderr), child.exit]), signal);
    if (code !== 0) throw new OptionsError(subject, [{ path: "", message: `ssh cannot read its configuration: ${lastLines(stderr)}` }]);
    return parseConfiguration(stdout);
  } catch (error) {
    child.kill();
    throw error;
  }
}

/** Where it leads, and as whom. */
export const addressOf = ({ first }: HostConfiguration, { host }: Pick<Destination, "host">): LoginAddress => ({
  host: first("hostname") ?? host,
  port: Number(first("port") ?? 22),
  user: first("user") ?? userInfo().username,
});

/** `ConnectTimeout` in milliseconds, where it is set. */
export function connectTimeoutOf({ first }: HostConfiguration): number | undefined {
  const seconds = Number(first("connecttimeout"));
  return seconds > 0 ? seconds * 1_000 : undefined;
}

/** Reads what `ssh -G` prints: a setting a line, its name in lower case. */
export function parseConfiguration(printed: string): HostConfiguration {
  const settings = new Map<string, string[]>();
  for (const line of printed.split("\n")) {
    const [, name, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const values = settings.get(name.toLowerCase());
    if (values === undefined) settings.set(name.toLowerCase(), [value]);
    else values.push(value);
  }
  return { first: (name) => settings.get(name)?.[0], all: (name) => settings.get(name) ?? [] };
}
