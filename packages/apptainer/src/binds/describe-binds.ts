import { cancellableShape, parseOptions, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { parseReport, type Report } from "../doctor/report.js";
import { programSchema } from "../engine/program.js";
import { EngineError } from "../error/apptainer-errors.js";
import { readBinds } from "./binds-script.js";
import type { BindConfiguration, BindVariable, ConfiguredBind, SiteBinds } from "./site-binds.js";

export interface DescribeBindsOptions extends Cancellable {
  /** A name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
}

const optionsSchema: z.ZodType<DescribeBindsOptions, DescribeBindsOptions> = z.strictObject({ program: programSchema, ...cancellableShape });

/**
 * Reads what a site lets every container see. One round trip; changes nothing. `formatBinds` prints it.
 *
 * The environment is that of the transport's commands: what only a login shell sets is not in it.
 * @throws EngineError `engine-missing` if there is no engine.
 * @see apptainer.conf, BIND PATH and the mount settings
 */
export async function describeBinds(on: Transport, options: DescribeBindsOptions = {}): Promise<SiteBinds> {
  const { program = "apptainer", signal } = parseOptions(optionsSchema, options, "describeBinds");
  const { stdout } = await on.exec(["sh", "-c", readBinds(program).shell], { signal, check: true });
  const report = parseReport(stdout);
  if (report.is("missing")) throw new EngineError("engine-missing", `${program} is not installed on ${on.target.host}, or not on the PATH there: give its absolute path as \`program\``);
  return { configuration: configurationOf(report), variables: report.all("variable").map(variableOf) };
}

function configurationOf(report: Report): BindConfiguration | undefined {
  const file = report.first("file");
  if (file === undefined) return undefined;
  const says = (key: string, otherwise: boolean): boolean => (report.first(key) ?? (otherwise ? "yes" : "no")) === "yes";
  const dev = report.first("mount-dev") ?? "yes";
  return {
    file,
    binds: [...report.all("bind-there").map((line) => bindOf(line, true)), ...report.all("bind-absent").map((line) => bindOf(line, false))],
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

/** `source[:destination[:options]]`. */
function bindOf(line: string, exists: boolean): ConfiguredBind {
  const [source = "", destination, options = ""] = line.split(":");
  return { source, destination: destination === undefined || destination === "" ? source : destination, readOnly: options.split(",").includes("ro"), exists };
}

function variableOf(told: string): BindVariable {
  const end = told.indexOf("=");
  return { name: told.slice(0, end), value: told.slice(end + 1) };
}
