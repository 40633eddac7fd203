import { cp, lstat, readdir, readlink, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { digestOfFile, digestOfText } from "./digest.js";
import { inputRefused, reading } from "./input-refused.js";
import { isDistribution } from "./wheels-folder.js";

/** A package of one's own on this machine. */
export interface ProjectSource {
  readonly path: string;
  readonly kind: "folder" | "archive";
  /** Of all that is brought: names, contents, and what may be executed. */
  readonly digest: string;
}

/** @throws OptionsError for what is neither a project's folder nor an archive that pip installs. */
export async function readProject(path: string): Promise<ProjectSource> {
  const option = "projects";
  const info = await reading(option, path, () => stat(path));
  if (!info.isDirectory()) {
    if (!isDistribution(path)) throw inputRefused(option, `${path} is no folder, wheel or source archive: pip installs *.whl, *.tar.gz and *.zip`);
    return { path, kind: "archive", digest: await reading(option, path, () => digestOfFile(path)) };
  }
  const names = await reading(option, path, () => readdir(path));
  if (!names.some((name) => name === "pyproject.toml" || name === "setup.py")) throw inputRefused(option, `${path} holds neither pyproject.toml nor setup.py: it is no project that pip can build`);
  return { path, kind: "folder", digest: await reading(option, path, () => digestOfFolder(path)) };
}

/** What tools leave beside the sources. Versions are not made of `.git` over there: build a wheel where a project needs it. */
const leftOut = /^(?:\.(?:git|hg|svn|venv|tox|nox|idea|vscode|eggs|(?:mypy|pytest|ruff)_cache)|venv|node_modules|__pycache__|.*\.(?:pyc|egg-info))$/;
/** The same, at the top of a project alone. */
const leftOutAtTop = /^(?:build|dist)$/;

const isBrought = (name: string, isAtTop: boolean): boolean => !leftOut.test(name) && !(isAtTop && leftOutAtTop.test(name));

/** Copies what is brought of a project's folder, for an upload that takes folders whole. */
export function copyProject(from: string, to: string): Promise<void> {
  const top = resolve(from);
  return cp(top, to, { recursive: true, verbatimSymlinks: true, filter: (path) => path === top || isBrought(basename(path), dirname(path) === top) });
}

/** Also of a copy: what was named is compared with what was brought. */
export const digestOfFolder = async (folder: string): Promise<string> => digestOfText(JSON.stringify(await entriesOf(folder, "")));

async function entriesOf(folder: string, below: string): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  const entries = (await readdir(join(folder, below), { withFileTypes: true })).filter(({ name }) => isBrought(name, below === ""));
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const name = join(below, entry.name);
    const path = join(folder, name);
    if (entry.isDirectory()) rows.push(...(await entriesOf(folder, name)));
    else if (entry.isSymbolicLink()) rows.push([name, "link", await readlink(path)]);
    else if (entry.isFile()) rows.push([name, (await lstat(path)).mode & 0o100 ? "program" : "file", await digestOfFile(path)]);
  }
  return rows;
}
