import type { CheckFinding } from "./check-finding.js";
import type { JobPath, SeenPath } from "./job-paths.js";

type Look = (path: string) => SeenPath;

const nothing: SeenPath = { exists: false, isFolder: false, canRead: false, canWrite: false, canEnter: false };

/**
 * What will become of a job by what is there of the files and folders that it names, as the login node sees them. All was tried on 22.05.8,
 * 24.11.5 and 26.05.5, which do the same.
 */
export function checkPaths(paths: readonly JobPath[], seen: ReadonlyMap<string, SeenPath>): readonly CheckFinding[] {
  const look: Look = (path) => seen.get(path) ?? nothing;
  const workFolder = paths.find(({ use }) => use === "work")?.path;
  const findings = paths.flatMap((one) => {
    const found = one.use === "write" ? (checkFolder(one, look) ?? checkWritten(one, look)) : checkOther(one, look);
    // Of the work folder itself it is told already.
    const isTold = one.use === "write" && one.path === workFolder && found !== undefined && found.kind !== "file-unwritable";
    return found === undefined || isTold ? [] : [found];
  });
  // One place that stands in two fields is the matter of the first.
  return findings.filter(({ message }, index) => findings.findIndex((each) => each.message === message) === index);
}

function checkOther(one: Exclude<JobPath, { readonly use: "write" }>, look: Look): CheckFinding | undefined {
  switch (one.use) {
    case "work":
      return checkFolder(one, look);
    case "read":
      return checkInput(one.path, look(one.path));
    case "submit":
      return checkReadBySbatch(one, look(one.path));
    case "command":
      return look(one.path).isFolder ? undefined : { kind: "folder-missing", severity: "note", field: one.field, message: `there is no folder ${one.path} on the login node: where the job's nodes have none either, and nothing in the launch makes it, the command fails before it starts` };
  }
}

/** Submitting looks for these, too. */
function checkFolder({ use, field, path }: Pick<JobPath, "use" | "field" | "path">, look: Look): CheckFinding | undefined {
  const { isFolder, canEnter } = look(path);
  if (isFolder && canEnter) return undefined;
  const otherwise = `Slurm would ${use === "work" ? "run the job in /tmp" : "lose its output"}`;
  return isFolder
    ? { kind: "folder-closed", severity: "refused", field, message: `the folder ${path} is closed to this user: open it (chmod u+x) or name another; ${otherwise}` }
    : { kind: "folder-missing", severity: "refused", field, message: `there is no folder ${path}: make it first; ${otherwise}` };
}

function checkWritten({ field, path, file }: Extract<JobPath, { readonly use: "write" }>, look: Look): CheckFinding | undefined {
  const unwritable = (why: string): CheckFinding => ({ kind: "file-unwritable", severity: "never-starts", field, message: `${why}: Slurm fails the job before its script begins (exit code 0:53)` });
  const there = file === undefined ? nothing : look(file);
  if (there.isFolder) return unwritable(`${file ?? ""} is a folder, and no file can be written over it`);
  if (there.exists) return there.canWrite ? undefined : unwritable(`this user may not write the file ${file ?? ""}`);
  return look(path).canWrite ? undefined : unwritable(`this user may make no file in the folder ${path}`);
}

function checkInput(path: string, { exists, isFolder, canRead }: SeenPath): CheckFinding | undefined {
  const problem = { kind: "file-unreadable", field: "input" } as const;
  if (isFolder) return { ...problem, severity: "note", message: `${path} is a folder: the job starts, and what reads its stdin fails` };
  if (exists && canRead) return undefined;
  return { ...problem, severity: "never-starts", message: `${exists ? `this user may not read the file ${path}` : `there is no file ${path}`} on the login node: where the job's nodes see no other, Slurm fails the job before its script begins (exit code 0:53)` };
}

function checkReadBySbatch({ field, path }: Pick<JobPath, "field" | "path">, { exists, isFolder, canRead }: SeenPath): CheckFinding | undefined {
  if (exists && canRead && !isFolder) return undefined;
  return { kind: "file-unreadable", severity: "refused", field, message: `${isFolder ? `${path} is a folder` : exists ? `this user may not read the file ${path}` : `there is no file ${path}`}: sbatch reads it on the login node, and refuses the job` };
}
