import type { SiteBind } from "../site-services.js";
import { known, unknown, type SiteFinding } from "./finding.js";
import type { SiteReport } from "./site-report.js";

/** Modules, the container engine, and what may start things at a time of day. */
export const toolFindings = (report: SiteReport): readonly SiteFinding[] => [...moduleFindings(report), ...engineFindings(report), ...pythonFindings(report), ...cronFindings(report)];

function moduleFindings(report: SiteReport): readonly SiteFinding[] {
  const variables = report.lines("variables") ?? [];
  const [init] = report.lines("module-files") ?? [];
  const hasModule = report.first("module") !== undefined;
  const system = variables.some((name) => name.startsWith("LMOD_")) ? "lmod" : variables.includes("MODULES_CMD") || variables.includes("MODULESHOME") ? "tcl" : undefined;
  if (system !== undefined && hasModule) {
    return [
      known("modules.system", system, `a login shell has module, and ${variables.join(", ")}`),
      init === undefined ? unknown("modules.init", "which file defines module for a script?") : known("modules.init", init, "the first that is there of those that define module"),
      unknown("modules.load", "which modules does work there need?"),
    ];
  }
  if (hasModule || init !== undefined) return [unknown("modules.system", `lmod or tcl? ${hasModule ? "A login shell has module" : "A login shell has no module"}${init === undefined ? "" : `; there is ${init}`}`)];
  return report.first("login-shell") === undefined ? [unknown("modules.system", "no login shell answered, which would know")] : [known("modules.system", "none", "a login shell has no module, and no file that defines it was found")];
}

function engineFindings(report: SiteReport): readonly SiteFinding[] {
  const program = report.first("engine");
  if (program === undefined) return [unknown("engine.program", "no apptainer or singularity on the PATH of a login shell: is there one in a module, or on the nodes alone?")];
  const version = report.first("engine-version");
  const binds = report.lines("engine-binds")?.flatMap(readBind);
  const config = report.first("engine-config");
  return [
    known("engine.program", program, "the PATH of a login shell"),
    version === undefined ? unknown("engine.version", "it did not say") : known("engine.version", version, `${program} --version`),
    config === undefined || binds === undefined ? unknown("engine.binds", "what do containers see of the host? Its configuration cannot be read") : known("engine.binds", binds, `bind path in ${config}`),
  ];
}

/** `bind path = source[:destination[:options]]`. */
function readBind(line: string): readonly SiteBind[] {
  const [source = "", destination = "", options = ""] = line.split(":");
  if (!source.startsWith("/")) return [];
  return [{ source, ...(destination.startsWith("/") && destination !== source ? { destination } : {}), ...(options.split(",").includes("ro") ? { readOnly: true } : {}) }];
}

function pythonFindings(report: SiteReport): readonly SiteFinding[] {
  const program = report.first("python");
  if (program === undefined) return [unknown("python.program", "no python3 on the PATH of a login shell: which module brings one?")];
  const version = /^Python (\S+)$/.exec(report.first("python-version") ?? "")?.[1];
  return [known("python.program", program, "the PATH of a login shell"), version === undefined ? unknown("python.version", "python3 --version said none") : known("python.version", version, `${program} --version`)];
}

function cronFindings(report: SiteReport): readonly SiteFinding[] {
  const seen = { cron: cronIsOpen(report.lines("crontab") ?? []), scrontab: scrontabIsOpen(report), systemd: /^(?:running|degraded|starting)$/.test(report.first("systemd") ?? "") };
  const kinds = Object.entries(seen).flatMap(([kind, isThere]) => (isThere ? [kind] : []));
  const lingering = report.first("lingering");
  return [
    kinds.length === 0
      ? unknown("cron.kinds", "what may start things at a time of day? crontab -l, ScronParameters of Slurm and systemctl --user named nothing")
      : known("cron.kinds", kinds, "crontab -l, ScronParameters of Slurm, systemctl --user"),
    ...(seen.cron ? [unknown("cron.host", `which login node carries the crontab? This one is ${report.first("host") ?? "unknown"}`)] : []),
    ...(lingering === "yes" || lingering === "no" ? [known("cron.lingering", lingering === "yes", "loginctl show-user")] : []),
  ];
}

/** cron refuses accounts in words; "no crontab for alice" is an ordinary answer. */
const cronIsOpen = (said: readonly string[]): boolean => said.some((line) => line === "status 0" || line.startsWith("no crontab for "));

const scrontabIsOpen = (report: SiteReport): boolean =>
  report.first("scrontab") !== undefined && (report.lines("slurm-config") ?? []).some((line) => /^ScronParameters\s*=.*\benable\b/.test(line));
