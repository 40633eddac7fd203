import { known, unknown, type SiteFinding } from "./finding.js";
import type { SiteReport } from "./site-report.js";

interface SeenFolder {
  /** `home`, the name of a variable, `folder`, or `user` for one of this account's name. */
  readonly named: string;
  readonly isWritable: boolean;
  readonly fileSystem: string | undefined;
  readonly path: string;
}

/** Home and scratch. Quotas and purges are told by no command that all sites have. */
export function folderFindings(report: SiteReport): readonly SiteFinding[] {
  const seen = (report.lines("folders") ?? []).flatMap(readFolder);
  const home = seen.find(({ named }) => named === "home");
  return [
    known("home.path", "$HOME", `here ${home?.path ?? report.first("home") ?? "unset"}`),
    ...(home?.fileSystem === undefined ? [unknown("home.fileSystem", "its kind could not be told")] : [known("home.fileSystem", home.fileSystem, "findmnt or stat")]),
    unknown("home.quota", "how much may it hold? e.g. 50G"),
    unknown("home.quotaFiles", "how many files?"),
    ...scratchFindings(seen),
  ];
}

/** A variable that names a folder of ours is the site's own word for it. Folders that merely look like it are hints. */
function scratchFindings(seen: readonly SeenFolder[]): readonly SiteFinding[] {
  const writable = seen.filter(({ named, isWritable }) => named !== "home" && isWritable);
  const named = writable.filter((folder) => isVariable(folder.named));
  const places = new Map(named.map((folder) => [folder.path, folder]));
  const rest = [
    unknown("scratch.purgeAfterDays", "after how many days are files removed? 0 if never"),
    unknown("scratch.purgedSince", "what do the days count from: access or change?"),
    unknown("scratch.quota", "how much may it hold?"),
  ];
  const [only] = places.values();
  if (places.size === 1 && only !== undefined) {
    return [
      known("scratch.path", `$${only.named}`, `the variable ${only.named} of a login shell, here ${only.path}; writable`),
      ...(only.fileSystem === undefined ? [] : [known("scratch.fileSystem", only.fileSystem, "findmnt or stat")]),
      ...rest,
    ];
  }
  const hints = writable.map(({ named: label, path, fileSystem = "unknown file system" }) => `${isVariable(label) ? `$${label} = ` : ""}${path} (${fileSystem})`);
  const seenHints = hints.length === 0 ? "no variable such as SCRATCH, and no folder such as /scratch that this account can write" : `writable are ${hints.join(", ")}`;
  return [unknown("scratch.path", `where is it? ${seenHints}`), ...rest];
}

const isVariable = (named: string): boolean => /^[A-Z]+$/.test(named);

function readFolder(line: string): readonly SeenFolder[] {
  const [, named, access, kind, path] = /^(\w+) (writable|closed) (\S+) (\/.*)$/.exec(line) ?? [];
  if (named === undefined || kind === undefined || path === undefined) return [];
  return [{ named, isWritable: access === "writable", fileSystem: /^[\w.@+-]+$/.test(kind) && kind !== "-" && kind !== "UNKNOWN" ? kind : undefined, path }];
}
