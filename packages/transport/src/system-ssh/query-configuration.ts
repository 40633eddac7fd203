import { text } from "node:stream/consumers";
import { OptionsError } from "@hpckit/core";
import { orAborted } from "../guard/stopping.js";
import { queryArguments } from "./ssh-arguments.js";
import { lastLines } from "./ssh-failure.js";
import { startProcess } from "./ssh-process.js";
import type { SystemSshOptions } from "./system-ssh-options.js";

/** What ssh's configuration says of a host. */
export interface HostConfiguration {
  readonly user: string;
  /** Whether ssh would go to the background (`ForkAfterAuthentication`, from 8.7 on). */
  readonly forks: boolean;
}

/** @throws OptionsError for a configuration, or an option of the caller's, that ssh cannot read. */
export async function queryConfiguration(options: SystemSshOptions, signal: AbortSignal): Promise<HostConfiguration> {
  const child = await startProcess("ssh", queryArguments(options));
  child.stdin.end();
  try {
    const [stdout, stderr, code] = await orAborted(Promise.all([text(child.stdout), text(child.stderr), child.exit]), signal);
    if (code !== 0) throw new OptionsError("options of connectSystemSsh", [{ path: "", message: `ssh cannot read its configuration: ${lastLines(stderr)}` }]);
    return parseConfiguration(stdout);
  } catch (error) {
    child.kill();
    throw error;
  }
}

/** Reads what `ssh -G` prints: a setting a line, its name in lower case. */
export function parseConfiguration(printed: string): HostConfiguration {
  const valueOf = (name: string): string | undefined => new RegExp(`^${name} (.*)$`, "m").exec(printed)?.[1];
  return { user: valueOf("user") ?? "", forks: valueOf("forkafterauthentication") === "yes" };
}
