import { parseOptions, type Word } from "@hpckit/core";
import { z } from "zod";
import { listFlag, numberFlag, onFlag, textFlag, writeFlags, type FlagRule, type FlagRules } from "../engine/flags/flag-rule.js";
import { pathArgument } from "./argument.js";
import { commandShape, engineCommand, type CommandOptions } from "./engine-command.js";

export interface InspectOptions extends CommandOptions {
  /** What of it (default: the labels). */
  readonly show?: "all" | readonly ("labels" | "deffile" | "environment" | "runscript" | "startscript" | "test" | "helpfile" | "apps")[] | undefined;
  readonly app?: string | undefined;
  readonly json?: boolean | undefined;
}

const parts = { labels: "labels", deffile: "deffile", environment: "environment", runscript: "runscript", startscript: "startscript", test: "test", helpfile: "helpfile", apps: "list-apps" } as const;
type Part = keyof typeof parts;

const show: FlagRule<"all" | readonly Part[]> = { flags: ["all", ...Object.values(parts)], write: (value) => (value === "all" ? [{ flag: "all" }] : value.map((part) => ({ flag: parts[part] }))) };

export const inspectRules: FlagRules<Omit<InspectOptions, keyof CommandOptions>> = { show, app: textFlag("app"), json: onFlag("json") };

const inspectSchema: z.ZodType<InspectOptions, InspectOptions> = z.strictObject({
  ...commandShape,
  show: z.union([z.literal("all"), z.array(z.enum(Object.keys(parts) as [Part, ...Part[]]))]).optional(),
  app: z.string().optional(),
  json: z.boolean().optional(),
});

/** `apptainer inspect`: what an image says of itself. @param image - absolute path. @throws OptionsError, EngineError */
export function inspectCommand(image: Word, options: InspectOptions = {}): readonly Word[] {
  const given = parseOptions(inspectSchema, options, "inspectCommand");
  return engineCommand("inspect", given, { flags: writeFlags(inspectRules, given), arguments: [parseOptions(pathArgument, image, "inspectCommand")] });
}

export interface OverlayCreateOptions extends CommandOptions {
  /** In MiB, at least 64 (default: 64). */
  readonly sizeMib?: number | undefined;
  /** Takes room only as it fills. */
  readonly sparse?: boolean | undefined;
  /** Usable by containers with `fakeroot`. */
  readonly fakeroot?: boolean | undefined;
  /** Folders of the container that are in it from the start, and can be written. */
  readonly folders?: readonly string[] | undefined;
}

export const overlayCreateRules: FlagRules<Omit<OverlayCreateOptions, keyof CommandOptions>> = { sizeMib: numberFlag("size"), sparse: onFlag("sparse"), fakeroot: onFlag("fakeroot"), folders: listFlag("create-dir") };

const overlaySchema: z.ZodType<OverlayCreateOptions, OverlayCreateOptions> = z.strictObject({
  ...commandShape,
  sizeMib: z.int().min(64).optional(),
  sparse: z.boolean().optional(),
  fakeroot: z.boolean().optional(),
  folders: z.array(z.string().startsWith("/")).optional(),
});

/**
 * `apptainer overlay create`: a file of a writable layer; in a SIF that is there, a part of it.
 * @param file - absolute path. @throws OptionsError, EngineError
 */
export function overlayCreateCommand(file: Word, options: OverlayCreateOptions = {}): readonly Word[] {
  const given = parseOptions(overlaySchema, options, "overlayCreateCommand");
  return engineCommand("overlay create", given, { flags: writeFlags(overlayCreateRules, given), arguments: [parseOptions(pathArgument, file, "overlayCreateCommand")] });
}
