import { hasNoEval, parseEngineVersion } from "../engine/engine-version.js";
import type { ApptainerFinding } from "./apptainer-finding.js";
import type { DoctorSettings } from "./doctor-options.js";
import type { Report } from "./report.js";

/** Which engine there is, and what stands in its surroundings that launches by hand would obey. */
export function judgeEngine(report: Report, { program }: DoctorSettings): readonly ApptainerFinding[] {
  const version = report.first("version");
  if (version === undefined) {
    return [{
      code: "engine-missing",
      severity: "error",
      cause: "There is no container engine, so that no container starts.",
      observed: `${program} is not on the PATH`,
      fix: "install Apptainer 1.1 or newer, load its module, or give its absolute path as `program`",
    }];
  }
  return [...judgeVersion(version), ...judgeOthers(report), ...judgeVariables(report)];
}

const judgeVersion = (version: string): readonly ApptainerFinding[] =>
  hasNoEval(parseEngineVersion(version))
    ? []
    : [{
        code: "engine-too-old",
        severity: "error",
        cause: "The engine would take values and arguments for shell text.",
        observed: `${version} has no --no-eval`,
        fix: "install Apptainer 1.1 or newer",
      }];

function judgeOthers(report: Report): readonly ApptainerFinding[] {
  const engines = [...new Set(report.all("engine"))];
  if (engines.length < 2) return [];
  return [{
    code: "several-engines",
    severity: "note",
    cause: "The order of the PATH decides which engine runs, and it may be another on another node.",
    observed: engines.join(", "),
    fix: `give the one that is meant by its path: program: "${report.first("program") ?? ""}"`,
  }];
}

function judgeVariables(report: Report): readonly ApptainerFinding[] {
  const names = report.all("variable");
  if (names.length === 0) return [];
  return [{
    code: "engine-variables",
    severity: "note",
    cause: "Variables of the engine change containers that are started by hand. Launches of hpckit take them away.",
    observed: names.join(", "),
    fix: "take them out of the profile that sets them; or name in `keepEngineVariables` those that launches must keep",
  }];
}
