import { some, type Report } from "./report.js";
import type { VenvFinding } from "./venv-finding.js";

/** What is imported beside what was installed. */
export function judgeImports(report: Report): readonly VenvFinding[] {
  const findings: VenvFinding[] = [];
  const [pythonHome, pythonPath] = [report.one("PYTHONHOME"), report.one("PYTHONPATH")];
  if (pythonHome !== undefined || pythonPath !== undefined) {
    const loaded = report.one("LOADEDMODULES");
    const set = [pythonHome && `PYTHONHOME=${pythonHome}`, pythonPath && `PYTHONPATH=${pythonPath}`].filter(Boolean).join(" ");
    findings.push({
      code: "python-variables", severity: pythonHome === undefined ? "warning" : "error",
      cause: pythonHome === undefined ? "what stands on PYTHONPATH is imported before what is installed" : "PYTHONHOME sends the interpreter to another's libraries",
      observed: `${set}${loaded === undefined ? "" : `; loaded modules: ${loaded}`}`,
      fix: "unset them in the shell's start-up files, or unload the module that sets them (modules([…], { purge: true })); submit without the caller's environment",
    });
  }
  const out = report.all("pth");
  if (out.length > 0) {
    const home = report.one("HOME");
    const inHome = home !== undefined && out.some((text) => text.includes(`: ${home}/`));
    findings.push({
      code: "path-file-leads-out", severity: "warning",
      cause: inHome ? "code of a home folder is imported: other accounts cannot read it, a container may not have it, and it changes under what runs" : "code of outside is imported, which may change under what runs, and must be mounted in a container",
      observed: some(out), fix: "install the project instead of linking it (no pip install -e), or deploy it as a release",
    });
  }
  const userSites = report.all("usersite");
  if (report.one("system") === "true" && report.one("PYTHONNOUSERSITE") === undefined && userSites.length > 0) {
    findings.push({
      code: "user-site-visible", severity: "warning", cause: "the environment takes in the system's packages, and with them what the account installed for itself",
      observed: some(userSites), fix: "set PYTHONNOUSERSITE=1, as virtualenv(…) does, or build without system site packages",
    });
  }
  return findings;
}

/** File systems that another node does not see, as `stat -f` calls them. */
const local = /^(?:tmpfs|ramfs|ext2\/ext3|xfs|btrfs|overlayfs|zfs|f2fs)$/;
const fewInodesLeft = 90;

/** Where it lies, and whether all of it is there still. */
export function judgePlace(report: Report): readonly VenvFinding[] {
  const findings: VenvFinding[] = [];
  const folder = report.one("folder") ?? "";
  const filesystem = report.one("filesystem") ?? "unknown";
  const isNoexec = report.one("mounted")?.split(",").includes("noexec") === true;
  if (isNoexec || report.one("unstartable") !== undefined) {
    findings.push({
      code: "not-executable-here", severity: "error", cause: "programs and libraries cannot be started from where it lies",
      observed: `${folder} on ${filesystem}${isNoexec ? ", mounted noexec" : `: ${report.one("unstartable")} may not be executed`}`, fix: "choose a root on a file system for programs: ask the site which, often /projects or the home folder, not scratch",
    });
  }
  if (local.test(filesystem)) {
    findings.push({
      code: "node-local", severity: "warning", cause: "it lies on a disk of this machine, which other nodes do not see, or see another one of",
      observed: `${folder} is on ${filesystem}`, fix: "choose a root on a file system that every node sees; ignore this on a cluster whose nodes share this one",
    });
  }
  const [, used, left] = /^(\d+)% (\d+)$/.exec(report.one("inodes") ?? "") ?? [];
  if (used !== undefined && Number(used) >= fewInodesLeft) {
    findings.push({
      code: "inodes-scarce", severity: "warning", cause: "an environment is tens of thousands of small files, and the file system has few left: builds will fail",
      observed: `${used} % of the inodes are used, ${left ?? "?"} are left`, fix: "prune old environments (planPrune), or keep them as one file each (packEnvironment)",
    });
  }
  if (report.one("damaged") !== undefined) {
    findings.push({
      code: "files-missing", severity: "error", cause: "its list of files is another than when it was made, as after a purge of old files",
      observed: `${folder} differs from its list in .hpckit/complete`, fix: "prepare the launch again: it is built anew beside this one; choose a root that is not purged",
    });
  }
  return findings;
}
