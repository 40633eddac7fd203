import { chmod, cp, lstat, mkdtemp, readdir, readlink, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { OptionsError } from "@hpckit/core";
import { digestOfFile, digestOfText } from "../inputs/digest.js";
import type { Release } from "./release.js";

/** What is brought over, as it stands still on this machine. */
export interface StagedSource extends AsyncDisposable {
  readonly kind: "folder" | "archive";
  readonly path: string;
  /** Of names, contents, and what may be executed. */
  readonly digest: string;
}

/**
 * Makes a copy of a folder and names that, so that what is named is what is brought, whatever is edited meanwhile.
 * @throws OptionsError if the source cannot be read, or holds nothing.
 */
export async function stageSource({ source, exclude }: Pick<Release, "source" | "exclude">): Promise<StagedSource> {
  if (typeof source !== "string") return stageArchive(source.archive);
  const copy = await mkdtemp(join(tmpdir(), "hpckit-release-"));
  const remove = (): Promise<void> => rm(copy, { recursive: true, force: true });
  try {
    const path = join(copy, "release");
    const isLeftOut = matcher(exclude);
    await cp(source, path, { recursive: true, verbatimSymlinks: true, filter: (from) => from === source || !isLeftOut(relative(source, from)) });
    if (!(await stat(path)).isDirectory()) throw new Error("it is no folder; of a tar archive give { archive }");
    const rows = await rowsOf(path, "");
    if (rows.length === 0) throw new Error("it holds no file");
    return { kind: "folder", path, digest: digestOfText(JSON.stringify(rows)), [Symbol.asyncDispose]: remove };
  } catch (cause) {
    await remove();
    throw refusal(source, cause);
  }
}

async function stageArchive(path: string): Promise<StagedSource> {
  try {
    return { kind: "archive", path, digest: await digestOfFile(path), [Symbol.asyncDispose]: () => Promise.resolve() };
  } catch (cause) {
    throw refusal(path, cause);
  }
}

/** Entries in the order of their names. Modes are made alike on the way: a umask of this machine is no part of a release. */
async function rowsOf(folder: string, below: string): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for (const name of (await readdir(join(folder, below))).sort()) {
    const path = join(folder, below, name);
    const at = join(below, name);
    const info = await lstat(path);
    if (info.isDirectory()) {
      await chmod(path, 0o755);
      rows.push([at, "folder"], ...(await rowsOf(folder, at)));
    } else if (info.isSymbolicLink()) rows.push([at, "link", await readlink(path)]);
    else if (info.isFile()) {
      const isProgram = (info.mode & 0o100) !== 0;
      await chmod(path, isProgram ? 0o755 : 0o644);
      rows.push([at, isProgram ? "program" : "file", await digestOfFile(path)]);
    } else throw new Error(`${at} is no file, folder or link: leave it out by \`exclude\``);
  }
  return rows;
}

/** Whether one of the patterns stands for a path from the top. */
export function matcher(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((each) => new RegExp(`${each.includes("/") ? "^" : "(?:^|/)"}${each.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", "[^/]*")}/?$`, "s"));
  return (path) => expressions.some((expression) => expression.test(path));
}

const refusal = (source: string, cause: unknown): OptionsError =>
  new OptionsError("release", [{ path: "source", message: `${source} of this machine cannot be released (${cause instanceof Error ? cause.message : String(cause)})` }], { cause });
