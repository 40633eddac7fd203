import { isFolderOf, lines, OutputUnreadableError, raw, renderFindFolder, sh, type ShellExpression } from "@hpckit/core";
import type { Project } from "../environment/project.js";
import type { PythonEnv } from "../environment/python-env.js";

/** Asks the interpreter who it is. Whatever makes installed files differ goes into the name, files over there among them. */
const identify = [
  "import hashlib, os, platform, sys, sysconfig",
  "me = [sys.implementation.name, sys.version, sysconfig.get_platform(), platform.machine(), '-'.join(platform.libc_ver()), os.path.realpath(sys.executable), sys.base_prefix]",
  "of = [hashlib.sha256(open(path, 'rb').read()).hexdigest() if os.path.exists(path) else '' for path in sys.argv[2:]]",
  "print(hashlib.sha256('\\0'.join([sys.argv[1]] + me + of).encode('utf-8', 'surrogateescape')).hexdigest()[:16])",
  "print('%d.%d.%d' % sys.version_info[:3])",
].join("\n");

/** What is found of an environment where it is used. */
export type Finding =
  | { readonly kind: "python-missing" }
  | { readonly kind: "complete"; readonly name: string; readonly pythonVersion: string; readonly folder: string; readonly installer: string }
  | { readonly kind: "absent" | "damaged"; readonly name: string; readonly pythonVersion: string };

/** Looks for an environment of these inputs and of the interpreter that is there. */
export const renderFind = ({ root, python, projects }: PythonEnv, digest: string): ShellExpression =>
  lines(
    sh`
      set -eu
      if ! command -v ${python} >/dev/null 2>&1; then echo 'state python-missing'; exit 0; fi
    `,
    sh`
      hpckit_python=$(${python} -I -c ${identify} ${[digest, ...projects.flatMap(dependencyFiles)]})
      hpckit_name=$(printf '%s\n' "$hpckit_python" | sed -n 1p)
      printf 'name %s\nversion %s\n' "$hpckit_name" "$(printf '%s\n' "$hpckit_python" | sed -n 2p)"
    `,
    renderFindFolder(root, raw('"$hpckit_name"')),
    sh`
      if [ "$hpckit_found" = complete ]; then
        hpckit_by=$(sed 1q -- ${root}/"$hpckit_handed"/.hpckit/installer 2>/dev/null || :)
        printf 'installer %s\n' "\${hpckit_by:-unknown}"
      fi
    `,
  );

/** What says of an editable project what it depends on; its code is nobody's concern here. */
const dependencyFiles = (project: Project): readonly string[] =>
  project.kind === "editable" ? ["pyproject.toml", "setup.cfg", "setup.py"].map((name) => `${project.folder}/${name}`) : [];

/** @throws OutputUnreadableError if a line is no report, e.g. a banner of somebody's profile. */
export function parseFind(stdout: string, root: string): Finding {
  const report = new Map(stdout.split("\n").filter((line) => line !== "").map(parseLine));
  const kind = report.get("state");
  if (kind === "python-missing") return { kind };
  const name = report.get("name") ?? "";
  const pythonVersion = report.get("version") ?? "";
  if (!/^[0-9a-f]{16}$/.test(name) || !/^\d+\.\d+\.\d+$/.test(pythonVersion)) throw unreadable("no name or version", stdout);
  if (kind === "absent" || kind === "damaged") return { kind, name, pythonVersion };
  const folder = report.get("folder") ?? "";
  if (kind !== "complete" || !isFolderOf(name, folder)) throw unreadable("no state", stdout);
  return { kind, name, pythonVersion, folder: `${root}/${folder}`, installer: report.get("installer") ?? "unknown" };
}

function parseLine(line: string): [string, string] {
  const [, key, value] = /^(state|name|version|folder|installer|variable|file) (.+)$/.exec(line) ?? [];
  if (key === undefined || value === undefined) throw unreadable("a line that is no report", line);
  return [key, value];
}

const unreadable = (found: string, excerpt: string): OutputUnreadableError => new OutputUnreadableError("search for a Python environment", found, excerpt);
