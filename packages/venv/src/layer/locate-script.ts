import { folderFunctions, lines, OutputUnreadableError, sh, type ShellExpression } from "@hpckit/core";

/** An environment as it is found, whoever made it. */
export interface LocatedEnv {
  readonly kind: "found";
  /** Behind all links. */
  readonly folder: string;
  /** Folder of the programs that it was made with, as `pyvenv.cfg` names it. */
  readonly home: string;
  /** The interpreter behind all links; undefined if they lead nowhere. */
  readonly interpreter: string | undefined;
  readonly pythonVersion: string;
}

/** What stands at a place where an environment was said to be. */
export type Located =
  | LocatedEnv
  | { readonly kind: "absent" }
  /** Its list of files is another than when it was made, as after a purge. */
  | { readonly kind: "damaged"; readonly folder: string };

/**
 * Follows the links to an environment, and notes that it is used *before* it looks whether its files are there: a prune at the same time
 * then sees the note, or the files are seen to be gone. See `content-folder` in core.
 * @see the documentation of Python's venv: `pyvenv.cfg` has `home` and `version`; virtualenv and uv write `version_info`
 */
export const renderLocate = (place: string): ShellExpression =>
  lines(
    folderFunctions,
    sh`
      hpckit_folder=$(readlink -f -- ${place}) || hpckit_folder=
      if [ -z "$hpckit_folder" ] || [ ! -r "$hpckit_folder/pyvenv.cfg" ]; then echo 'state absent'; exit 0; fi
      if [ -e "$hpckit_folder/.hpckit" ]; then hpckit_made=yes; else hpckit_made=; fi
      touch -c -- "$hpckit_folder/.hpckit/used" 2>/dev/null || :
      hpckit_listed=$(cat -- "$hpckit_folder/.hpckit/complete" 2>/dev/null) || hpckit_listed=none
      if [ -n "$hpckit_made" ] && [ "$hpckit_listed" != "$(hpckit_files "$hpckit_folder" 2>/dev/null)" ]; then
        printf 'state damaged\nfolder %s\n' "$hpckit_folder"
        exit 0
      fi
      printf 'state found\nfolder %s\n' "$hpckit_folder"
      sed -n -e 's/^home *= */home /p' -e 's/^version *= */version /p' -e 's/^version_info *= */version /p' -- "$hpckit_folder/pyvenv.cfg"
      if [ -x "$hpckit_folder/bin/python" ]; then printf 'interpreter %s\n' "$(readlink -f -- "$hpckit_folder/bin/python")"; fi
    `,
  );

/** @throws OutputUnreadableError if a line is no report, e.g. a banner of somebody's profile, or one is missing. */
export function parseLocated(stdout: string): Located {
  const report = new Map(stdout.split("\n").filter((line) => line !== "").map(parseLine));
  if (report.get("state") === "absent") return { kind: "absent" };
  const [folder, home, version] = [report.get("folder"), report.get("home"), /^\d+\.\d+\.\d+/.exec(report.get("version") ?? "")?.[0]];
  if (report.get("state") === "damaged" && folder?.startsWith("/") === true) return { kind: "damaged", folder };
  if (folder?.startsWith("/") !== true || home?.startsWith("/") !== true || version === undefined) throw unreadable("no folder, home or version", stdout);
  return { kind: "found", folder, home, interpreter: report.get("interpreter"), pythonVersion: version };
}

function parseLine(line: string): [string, string] {
  const [, key, value] = /^(state|folder|home|version|interpreter) (.+)$/.exec(line) ?? [];
  if (key === undefined || value === undefined) throw unreadable("a line that is no report", line);
  return [key, value];
}

const unreadable = (found: string, excerpt: string): OutputUnreadableError => new OutputUnreadableError("look at a Python environment", found, excerpt);
