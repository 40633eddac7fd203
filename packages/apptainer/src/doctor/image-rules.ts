import { architectureOf, parseSifHeader } from "../image/sif-header.js";
import type { ApptainerFinding } from "./apptainer-finding.js";
import type { DoctorSettings } from "./doctor-options.js";
import type { Report } from "./report.js";

/** The image that launches start, and what is brought into it. */
export const judgeImage = (report: Report, settings: DoctorSettings): readonly ApptainerFinding[] => [
  ...(settings.image === undefined ? [] : judgeFile(report, settings.image)),
  ...judgeMounts(report),
  ...judgeLibrary(report),
];

function judgeFile(report: Report, path: string): readonly ApptainerFinding[] {
  const state = report.first("image");
  if (state === "missing") return [{ code: "image-missing", severity: "error", cause: "The image is not there.", observed: `there is no ${path}`, fix: "build it there, or correct the path" }];
  if (state === "unreadable") return [{ code: "image-unreadable", severity: "error", cause: "The image cannot be read.", observed: `${report.first("user") ?? "the account"} may not read ${path}`, fix: `chmod a+r ${path}, and a+x on its folders` }];
  const problem = state === "file" ? judgeHeader(report, path) : undefined;
  if (problem !== undefined) return [problem];
  const start = report.first("start");
  if (start === undefined || start === "yes") return [];
  return [{ code: "start-failed", severity: "error", cause: "The image was started with `true`, and the engine failed.", observed: start.replace(/^no: /, ""), fix: "mend first what the other findings say; else try it by hand: apptainer --debug exec IMAGE true" }];
}

function judgeHeader(report: Report, path: string): ApptainerFinding | undefined {
  const architecture = parseSifHeader(report.first("header") ?? "");
  const machine = report.first("machine") ?? "";
  if (architecture === undefined) {
    return { code: "image-damaged", severity: "error", cause: "The file is no image, or a part of one.", observed: `${path} does not begin as a SIF does`, fix: "remove it and build it again" };
  }
  const here = architectureOf(machine);
  if (architecture === here || architecture === "unknown" || here === "unknown") return undefined;
  return { code: "image-of-other-architecture", severity: "error", cause: "The image's programs are made for another processor.", observed: `${path} is of ${architecture}, and this machine of ${here} (${machine})`, fix: `build or pull it on such a machine, or with --arch ${here}; choose nodes of ${architecture} otherwise` };
}

const judgeMounts = (report: Report): readonly ApptainerFinding[] => [
  ...report.all("absent-mount").map((path): ApptainerFinding => ({ code: "bind-missing", severity: "error", cause: "A launch that mounts what is not there ends with 255.", observed: `there is no ${path}`, fix: "make it, or take it out of the mounts" })),
  ...report.all("absent-bind").map((path): ApptainerFinding => ({ code: "configured-bind-missing", severity: "warning", cause: "The site lets every container see a path that is not there: the engine warns at every start.", observed: `bind path = ${path} in ${report.first("settings") ?? "apptainer.conf"}, and there is no ${path}`, fix: "make it, or take the line out" })),
  ...judgeClosed(report),
];

function judgeClosed(report: Report): readonly ApptainerFinding[] {
  if (report.first("user-binds") !== "no") return [];
  return [{
    code: "mounts-refused", severity: "error",
    cause: "The engine leaves out what a launch mounts, its scratch folders, and the libraries of a GPU's driver, and starts the command all the same.",
    observed: `user bind control = no in ${report.first("settings") ?? "apptainer.conf"}`,
    fix: "ask for `user bind control = yes` there; until then containers see only what the site binds itself, which describeBinds tells",
  }];
}

const judgeLibrary = (report: Report): readonly ApptainerFinding[] =>
  report.first("remote") !== "default" ? [] : [{
    code: "no-library", severity: "error",
    cause: "Images of library:// cannot be found: Apptainer's own endpoint has no library.",
    observed: "apptainer remote list: cloud.apptainer.org is in use",
    fix: "apptainer remote add --no-login NAME HOST && apptainer remote use NAME",
  }];
