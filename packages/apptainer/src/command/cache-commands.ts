import { parseOptions, type Word } from "@hpckit/core";
import { z } from "zod";
import { listFlag, numberFlag, onFlag, writeFlags, type FlagRules } from "../engine/flags/flag-rule.js";
import { commandShape, engineCommand, type CommandOptions } from "./engine-command.js";

/** Parts of the engine's cache. */
export type CacheType = "library" | "oci-tmp" | "shub" | "blob" | "net" | "oras" | "all";

const types = z.array(z.enum(["library", "oci-tmp", "shub", "blob", "net", "oras", "all"]));

export interface CacheListOptions extends CommandOptions {
  readonly types?: readonly CacheType[] | undefined;
  /** Each entry, not only how much there is. */
  readonly entries?: boolean | undefined;
}

export const cacheListRules: FlagRules<Omit<CacheListOptions, keyof CommandOptions>> = { types: listFlag("type"), entries: onFlag("verbose") };

const listSchema: z.ZodType<CacheListOptions, CacheListOptions> = z.strictObject({ ...commandShape, types: types.optional(), entries: z.boolean().optional() });

/** `apptainer cache list`. @throws OptionsError, EngineError */
export function cacheListCommand(options: CacheListOptions = {}): readonly Word[] {
  const given = parseOptions(listSchema, options, "cacheListCommand");
  return engineCommand("cache list", given, { flags: writeFlags(cacheListRules, given) });
}

export interface CacheCleanOptions extends CommandOptions {
  readonly types?: readonly CacheType[] | undefined;
  /** Only entries older than so many days. */
  readonly olderThanDays?: number | undefined;
  /** Says what it would remove. Without it the entries are removed, and nobody is asked. */
  readonly dryRun?: boolean | undefined;
}

export const cacheCleanRules: FlagRules<Omit<CacheCleanOptions, keyof CommandOptions>> = { types: listFlag("type"), olderThanDays: numberFlag("days"), dryRun: onFlag("dry-run") };

const cleanSchema: z.ZodType<CacheCleanOptions, CacheCleanOptions> = z.strictObject({ ...commandShape, types: types.optional(), olderThanDays: z.int().positive().optional(), dryRun: z.boolean().optional() });

/** `apptainer cache clean`. Never while others of the account pull or build: it takes files from under them. @throws OptionsError, EngineError */
export function cacheCleanCommand(options: CacheCleanOptions = {}): readonly Word[] {
  const given = parseOptions(cleanSchema, options, "cacheCleanCommand");
  // Without --force it would ask a person.
  return engineCommand("cache clean", given, { flags: [...writeFlags(cacheCleanRules, given), ...(given.dryRun === true ? [] : [{ flag: "force" }])] });
}
