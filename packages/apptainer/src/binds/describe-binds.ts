import { cancellableShape, parseOptions, requireTransport, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { parseReport, type Report } from "../doctor/report.js";
import { configuredBind, profileMount } from "../container/site-mounts.js";
import { engineProfileSchema, type EngineProfile, type ProfileBind } from "../engine/engine-profile.js";
import { programSchema } from "../engine/program.js";
import { EngineError } from "../error/apptainer-errors.js";
import { readBinds } from "./binds-script.js";
import type { BindConfiguration, BindVariable, ProfiledBind, SiteBinds } from "./site-binds.js";

export interface DescribeBindsOptions extends Cancellable {
  /** A name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
  /** As launches have it: what the site's profile says of its engine. */
  readonly site?: EngineProfile | undefined;
}

const optionsSchema: z.ZodType<DescribeBindsOptions, DescribeBindsOptions> = z.strictObject({ program: programSchema, site: engineProfileSchema.optional(), ...cancellableShape });

/**
 * Reads what a site lets every container see, by its engine's configuration, its environment and its profile. One round trip; changes
 * nothing. `formatBinds` prints it.
 *
 * The environment is that of the transport's commands: what only a login shell sets is not in it.
 * @throws EngineError `engine-missing` if there is no engine.
 * @see apptainer.conf, BIND PATH and the mount settings
 */
export async function describeBinds(on: Transport, options: DescribeBindsOptions = {}): Promise<SiteBinds> {
  requireTransport(on, "describeBinds");
  const { site, program = site?.program ?? "apptainer", signal } = parseOptions(optionsSchema, options, "describeBinds");
  const binds = site?.binds ?? [];
  const { stdout } = await on.exec(["sh", "-c", readBinds(program, binds.map(({ source }) => source)).shell], { signal, check: true });
  const report = parseReport(stdout);
  if (report.is("missing")) throw new EngineError("engine-missing", `${program} is not installed on ${on.target.host}, or not on the PATH there: give its absolute path as \`program\``);
  const configuration = configurationOf(report);
  const there = new Set(report.all("there"));
  return { configuration, variables: report.all("variable").map(variableOf), profile: binds.map((bind, index) => profiled(bind, there.has(String(index)), configuration)) };
}

function profiled(bind: ProfileBind, exists: boolean, configuration: BindConfiguration | undefined): ProfiledBind {
  const { source, destination, readOnly } = profileMount(bind);
  return { source, destination, readOnly, exists, isConfigured: configuration?.binds.some((each) => each.destination === destination) === true };
}

function configurationOf(report: Report): BindConfiguration | undefined {
  const file = report.first("file");
  if (file === undefined) return undefined;
  const says = (key: string, otherwise: boolean): boolean => (report.first(key) ?? (otherwise ? "yes" : "no")) === "yes";
  const dev = report.first("mount-dev") ?? "yes";
  return {
    file,
    binds: [...report.all("bind-there").map((line) => ({ ...configuredBind(line), exists: true })), ...report.all("bind-absent").map((line) => ({ ...configuredBind(line), exists: false }))],
    mounts: {
      home: says("mount-home", true),
      tmp: says("mount-tmp", true),
      proc: says("mount-proc", true),
      sys: says("mount-sys", true),
      dev: dev === "minimal" ? "minimal" : dev === "yes" ? "host" : "none",
      hostFileSystems: says("mount-hostfs", false),
    },
    gpu: { nvidia: says("always-nvidia", false), amd: says("always-amd", false) },
    userBinds: says("user-binds", true),
  };
}

function variableOf(told: string): BindVariable {
  const end = told.indexOf("=");
  return { name: told.slice(0, end), value: told.slice(end + 1) };
}
