import { wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";
import { textFlag, type FlagRules } from "../engine/flags/flag-rule.js";
import { borderSettings, borderShape, type BorderOptions, type BorderSettings } from "./border-options.js";
import { environmentRules, environmentShape, type EnvironmentOptions } from "./options/environment.js";
import { isolationRules, isolationShape, type IsolationOptions } from "./options/isolation.js";

/**
 * What a container that runs already honours. It silently ignores all else: mounts, GPUs, overlays, limits and name spaces
 * were settled when it started (1.4.5).
 */
export interface JoinOptions extends BorderOptions, EnvironmentOptions, Pick<IsolationOptions, "umask" | "app"> {
  /** Where the command starts, inside (1.3). */
  readonly cwd?: Word | undefined;
  /** Paths of the host that it was started with: what inner layers need must lie in them. */
  readonly sees?: readonly string[] | undefined;
}

export interface JoinSettings extends BorderSettings, EnvironmentOptions, Pick<IsolationOptions, "umask" | "app"> {
  readonly cwd?: Word | undefined;
  readonly sees: readonly string[];
}

/** Flags, in the order of the command line. */
export const joinRules: FlagRules<EnvironmentOptions & Pick<JoinOptions, "umask" | "app" | "cwd">> = {
  ...environmentRules,
  umask: isolationRules.umask,
  app: isolationRules.app,
  cwd: textFlag("cwd"),
};

export const joinSchema: z.ZodType<JoinSettings, JoinOptions> = z
  .strictObject({ ...borderShape, ...environmentShape, umask: isolationShape.umask, app: isolationShape.app, cwd: wordSchema.optional(), sees: z.array(z.string().startsWith("/")).optional() })
  .transform((given) => ({ ...given, ...borderSettings(given), sees: given.sees ?? [] }));

/** What to say of an option that a running container would ignore. */
export const settledAtStart: Readonly<Record<string, string>> = Object.fromEntries(
  ["mounts", "gpu", "requireGpu", "devices", "overlays", "writable", "limits", "home", "contain", "namespaces", "network", "fakeroot", "scratch", "workFolder", "hostname", "fuseMounts", "privileges", "security", "mpi", "siteBinds"].map((name) => [
    name,
    "a running instance would ignore it: give it when the instance is started",
  ]),
);
