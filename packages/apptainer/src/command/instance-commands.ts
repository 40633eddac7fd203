import { parseOptions, type Word } from "@hpckit/core";
import { z } from "zod";
import { numberFlag, onFlag, textFlag, writeFlags, type FlagRules } from "../engine/flags/flag-rule.js";
import { instanceName } from "../image/image.js";
import { commandShape, engineCommand, type CommandOptions } from "./engine-command.js";

export interface InstanceListOptions extends CommandOptions {
  /** Only instances whose names match; `*` stands for anything. */
  readonly names?: string | undefined;
  /** Of another account; only root may. */
  readonly user?: string | undefined;
  readonly json?: boolean | undefined;
  /** Where the logs are, instead of where the images are. */
  readonly logs?: boolean | undefined;
  /** Also those that share name spaces by `shareNamespaces` (1.3). */
  readonly all?: boolean | undefined;
}

const account = z.string().regex(/^[a-z_][a-z0-9_.-]*\$?$/i, { error: "the name of an account" });
const names = z.string().regex(/^[A-Za-z0-9._*?[\]][A-Za-z0-9._*?[\]-]*$/, { error: "a name of an instance, or a pattern with *" });

const listSchema: z.ZodType<InstanceListOptions, InstanceListOptions> = z.strictObject({
  ...commandShape,
  names: names.optional(),
  user: account.optional(),
  json: z.boolean().optional(),
  logs: z.boolean().optional(),
  all: z.boolean().optional(),
});

export const instanceListRules: FlagRules<Omit<InstanceListOptions, keyof CommandOptions | "names">> = { user: textFlag("user"), json: onFlag("json"), logs: onFlag("logs"), all: onFlag("all") };

/** `apptainer instance list`. What is listed was started, and may have ended since. @throws OptionsError, EngineError */
export function instanceListCommand(options: InstanceListOptions = {}): readonly Word[] {
  const given = parseOptions(listSchema, options, "instanceListCommand");
  return engineCommand("instance list", given, { flags: writeFlags(instanceListRules, given), arguments: given.names === undefined ? [] : [given.names] });
}

export interface InstanceStopOptions extends CommandOptions {
  readonly user?: string | undefined;
  /** By KILL, at once. */
  readonly force?: boolean | undefined;
  /** Sent first, e.g. `TERM` (default: the engine's, INT then KILL). */
  readonly stopSignal?: string | undefined;
  /** KILL after so many seconds (default: 10). */
  readonly timeoutSeconds?: number | undefined;
}

const stopSchema: z.ZodType<InstanceStopOptions, InstanceStopOptions> = z.strictObject({
  ...commandShape,
  user: account.optional(),
  force: z.boolean().optional(),
  stopSignal: z.string().regex(/^(?:SIG)?[A-Z0-9+-]+$|^\d+$/, { error: "a signal: TERM, 15" }).optional(),
  timeoutSeconds: z.int().nonnegative().optional(),
});

export const instanceStopRules: FlagRules<Omit<InstanceStopOptions, keyof CommandOptions>> = { user: textFlag("user"), force: onFlag("force"), stopSignal: textFlag("signal"), timeoutSeconds: numberFlag("timeout") };

/**
 * `apptainer instance stop`.
 * @param which - a name; `{ all: true }` is every instance of the account, whoever started it.
 * @throws OptionsError, EngineError
 */
export function instanceStopCommand(which: string | { readonly all: true }, options: InstanceStopOptions = {}): readonly Word[] {
  const given = parseOptions(stopSchema, options, "instanceStopCommand");
  const flags = writeFlags(instanceStopRules, given);
  if (typeof which !== "string") return engineCommand("instance stop", given, { flags: [...flags, { flag: "all" }] });
  return engineCommand("instance stop", given, { flags, arguments: [parseOptions(instanceName, which, "instanceStopCommand")] });
}

export interface InstanceStatsOptions extends CommandOptions {
  readonly user?: string | undefined;
  /** Needs `once` (the engine ignores it while it repeats). */
  readonly json?: boolean | undefined;
  /** Prints once and ends. */
  readonly once?: boolean | undefined;
}

const statsSchema: z.ZodType<InstanceStatsOptions, InstanceStatsOptions> = z
  .strictObject({ ...commandShape, user: account.optional(), json: z.boolean().optional(), once: z.boolean().optional() })
  .refine(({ json, once }) => json !== true || once === true, { error: "the engine prints JSON only once: add once", path: ["json"] });

export const instanceStatsRules: FlagRules<Omit<InstanceStatsOptions, keyof CommandOptions>> = { user: textFlag("user"), json: onFlag("json"), once: onFlag("no-stream") };

/** `apptainer instance stats`. Works only where the instance was started with limits, in a cgroup. @throws OptionsError, EngineError */
export function instanceStatsCommand(name: string, options: InstanceStatsOptions = {}): readonly Word[] {
  const given = parseOptions(statsSchema, options, "instanceStatsCommand");
  return engineCommand("instance stats", given, { flags: writeFlags(instanceStatsRules, given), arguments: [parseOptions(instanceName, name, "instanceStatsCommand")] });
}
