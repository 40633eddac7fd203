import { some, type Report } from "./report.js";
import type { VenvFinding } from "./venv-finding.js";

const seriesOf = (version: string | undefined): string | undefined => /^\d+\.\d+/.exec(version ?? "")?.[0];

/** Whether its own interpreter is there, starts, and is the one that it was made with. */
export function judgeInterpreter(report: Report): readonly VenvFinding[] {
  const [home, version, broken, unstartable, fails, runs] = ["home", "version", "broken", "unstartable", "fails", "runs"].map((word) => report.one(word));
  if (unstartable !== undefined) return []; // where it lies says why
  if (broken !== undefined) {
    return [{
      code: "base-missing", severity: "error", cause: "the interpreter that the environment stands on is gone, so nothing of it starts",
      observed: `bin/python leads to ${broken}; made with ${home ?? "?"} (${version ?? "?"})`,
      fix: `load or install that Python again (a module?), or build the environment anew; in a container mount ${home ?? "it"}, which virtualenvAt does`,
    }];
  }
  if (fails !== undefined) {
    return [{ code: "interpreter-fails", severity: "error", cause: "the environment's interpreter does not start on this machine", observed: fails, fix: "build the environment on a machine like this one, or in the image where it is used" }];
  }
  if (runs !== undefined && seriesOf(runs) !== seriesOf(version)) {
    return [{
      code: "base-changed", severity: "error", cause: "another Python stands where the environment's own was, and looks for packages in another folder",
      observed: `made with ${version ?? "?"}, and ${home ?? "its interpreter"} is ${runs} now`, fix: "build the environment anew: ensurePythonEnv finds that the interpreter is another, and does",
    }];
  }
  return [];
}

/** Its programs name their interpreter by its whole path. */
export function judgePrograms(report: Report): readonly VenvFinding[] {
  const folder = report.one("folder") ?? "";
  const moved = report.all("starts");
  const findings: VenvFinding[] = [];
  if (moved.length > 0) {
    findings.push({
      code: "moved", severity: "error", cause: "an environment cannot be moved or copied: its programs start the interpreter of the old place",
      observed: `it lies in ${folder}; ${some(moved)}`, fix: "build it where it is used; to give it another name, make a link to it",
    });
  }
  const limit = shebangLimit(report.one("kernel") ?? "");
  const long = report.all("shebang").map((text) => ({ length: Number.parseInt(text, 10), text: text.replace(" ", " characters: ") }));
  if (long.length > 0) {
    const isCutHere = long.some(({ length }) => length > limit);
    findings.push({
      code: "shebang-too-long", severity: isCutHere ? "error" : "warning",
      cause: "a kernel reads so much of a program's first line: 127 characters before Linux 5.1, 255 since; a longer one starts nothing, or something else",
      observed: `Linux ${report.one("kernel") ?? "?"} reads ${limit}; ${some(long.map(({ text }) => text))}`, fix: "choose a shorter root; or start it as `python -m PROGRAM`",
    });
  }
  return findings;
}

/** @see execve(2), Interpreter scripts */
function shebangLimit(kernel: string): number {
  const [, major = "0", minor = "0"] = /^(\d+)\.(\d+)/.exec(kernel) ?? [];
  return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 1) ? 255 : 127;
}
