import { addingLayer, fragment, parseOptions, type LaunchLayer } from "@hpckit/core";
import { z } from "zod";
import { renderModules } from "./module-script.js";

/** Which of the two programs brings the command `module`. */
export type ModuleSystem = "lmod" | "tcl";

export interface ModulesOptions {
  /** Unload what is loaded first: what the person who submits has loaded must not change a job. */
  readonly purge?: boolean | undefined;
  /** Folders of module files beyond the site's own; they are looked through first. */
  readonly use?: readonly string[] | undefined;
  /** The file that defines `module` for bash; by default it is looked for where sites have it. */
  readonly init?: string | undefined;
  /** Refuse the other system (default: take what is there). */
  readonly system?: ModuleSystem | "auto" | undefined;
  /** Once per job, left of a `step`, or in every task (default). */
  readonly scope?: "job" | "task" | undefined;
}

/** {@link ModulesOptions} with nothing left open. */
export interface ModulesPlan {
  readonly names: readonly string[];
  readonly purge: boolean;
  readonly use: readonly string[];
  readonly init: string | undefined;
  readonly system: ModuleSystem | "auto";
}

const name = z.string().regex(/^[\w.+/@:,=~%^][\w.+/@:,=~%^-]*$/, { error: "a module is named as `module load` takes it, e.g. python/3.12: without blanks and quotes, and no option" });
const absolute = z.string().startsWith("/", { error: "not an absolute path" });
const folder = absolute.refine((path) => !path.includes(":"), { error: "a colon divides MODULEPATH: rename the folder" });

const namesSchema: z.ZodType<readonly string[], readonly string[]> = z.array(name).min(1, { error: "name at least one module" });
const optionsSchema: z.ZodType<ModulesOptions, ModulesOptions> = z.strictObject({
  purge: z.boolean().optional(),
  use: z.array(folder).optional(),
  init: absolute.optional(),
  system: z.enum(["lmod", "tcl", "auto"]).optional(),
  scope: z.enum(["job", "task"]).optional(),
});

/**
 * Loads modules of the site before the command: `compose(command, [modules(["gcc/12", "python/3.12"]), virtualenv(env)])`. Pure; for Lmod
 * and for Tcl modules (Environment Modules).
 *
 * Guarantees: the command starts with every module loaded, or not at all, and stderr says which one failed where. The status of `module`
 * is not believed alone: Tcl modules before version 4 give 0 for a module that is not there.
 *
 * It stands left of a container. Inside of one it is refused, since neither the modules nor, mostly, bash are there.
 * @throws OptionsError for a name that is no module's, and for an option that is none.
 */
export function modules(names: readonly string[], options: ModulesOptions = {}): LaunchLayer {
  const wanted = parseOptions(namesSchema, names, "modules");
  const { purge = false, use = [], init, system = "auto", scope = "task" } = parseOptions(optionsSchema, options, "modules");
  return addingLayer("modules", { setup: [fragment(renderModules({ names: wanted, purge, use, init, system }), { dialect: "bash", scope })] });
}
