import type { Report } from "../doctor/report.js";
import type { HostLibraries, HostLibrary } from "./host-libraries.js";
import type { InjectedFinding } from "./injected-finding.js";

/** What the host alone tells of the libraries. */
export const judgeHost = (report: Report, host: HostLibraries): readonly InjectedFinding[] => [...judgePaths(report), ...judgeSystem(host), ...judgeArchitecture(host), ...judgeTools(report)];

const judgePaths = (report: Report): readonly InjectedFinding[] => [
  ...report.all("absent").map((path): InjectedFinding => ({ code: "library-missing", severity: "error", cause: "A launch that mounts what is not there ends with 255.", observed: `there is no ${path}`, fix: "correct the path, or load the module that has it and look where its folder is" })),
  ...report.all("closed").map((path): InjectedFinding => ({ code: "library-missing", severity: "error", cause: "What the account cannot read is not loaded.", observed: `${path} cannot be read`, fix: `chmod a+r ${path}, and a+x on its folders` })),
  ...report.all("without").map((path): InjectedFinding => ({ code: "folder-without-libraries", severity: "error", cause: "Nothing would be loaded from there.", observed: `${path} holds no lib*.so`, fix: "name the folder in which the libraries are: often lib or lib64 below it" })),
];

const ofTheSystem = /^(?:ld-linux.*\.so\.\d+|ld64\.so\.\d+|(?:libc|libm|libdl|librt|libpthread|libresolv|libutil)\.so\.\d+|(?:ld|libc|libm|libdl|librt|libpthread)-2\.\d+\.so)$/;

function judgeSystem({ libraries }: HostLibraries): readonly InjectedFinding[] {
  const found = libraries.map(({ path }) => path).filter((path) => ofTheSystem.test(nameOf(path)));
  if (found.length === 0) return [];
  return [{
    code: "library-of-the-system", severity: "error",
    cause: "Every program inside would take a part of the host's C library, which works only with the host's own loader.",
    observed: found.join(", "),
    fix: "name the single libraries that are meant, or a folder that holds MPI and fabrics alone",
  }];
}

function judgeArchitecture({ libraries, imageArchitecture }: HostLibraries): readonly InjectedFinding[] {
  if (imageArchitecture === undefined) return [];
  const strange = libraries.filter(({ architecture }) => architecture !== undefined && architecture !== "unknown" && architecture !== imageArchitecture);
  if (strange.length === 0) return [];
  return [{
    code: "library-of-other-architecture", severity: "error",
    cause: "The image's programs pass over libraries for another processor.",
    observed: `the image is of ${imageArchitecture}; ${strange.map(({ path, architecture }) => `${path} of ${architecture ?? ""}`).join(", ")}`,
    fix: `name libraries of ${imageArchitecture}: 64-bit ones are often in lib64`,
  }];
}

const judgeTools = (report: Report): readonly InjectedFinding[] =>
  report.all("lacking").map((program) => notChecked(`the host has no ${program}`, `install it there, or ask from a node that has it`));

/** Unknown is not well. */
export const notChecked = (observed: string, fix: string): InjectedFinding => ({ code: "not-checked", severity: "warning", cause: "A part of what decides whether the libraries load could not be seen.", observed, fix });

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The libraries that want a newer glibc than there is. */
export const wantingMore = (libraries: readonly HostLibrary[], minor: number): readonly HostLibrary[] => libraries.filter(({ glibcMinor }) => glibcMinor !== undefined && glibcMinor > minor);
