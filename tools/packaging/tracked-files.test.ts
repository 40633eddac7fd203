import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../config/packages.js";

const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: repositoryRoot, encoding: "utf8" })
  .split("\0")
  .filter((path) => path !== "" && !/\.(?:whl|png|gz)$/.test(path));

/** Where a text stands: `path:line` of every match. */
function found(text: RegExp): readonly string[] {
  return tracked.flatMap((path) =>
    readIfPresent(path).split("\n").flatMap((line, at) => (text.test(line) ? [`${path}:${at + 1}: ${line.trim().slice(0, 100)}`] : [])),
  );
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(join(repositoryRoot, path), "utf8");
  } catch {
    return ""; // deleted, and not committed yet
  }
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

describe("the tracked files", () => {
  it("are looked at", () => {
    expect(tracked).toContain("package.json");
  });

  it("are no measurements that a run has left behind", () => {
    expect(tracked.filter((path) => /\.(?:log|cpuprofile|heapprofile|heapsnapshot)$/.test(path))).toEqual([]);
  });

  it("hold no path of this machine", () => {
    // In a container the checkout may stand at a path that ordinary text holds, such as `/app` or `/root`.
    const places = [repositoryRoot, homedir()].filter((path) => path.split("/").length > 2);
    for (const place of places) expect(found(new RegExp(`${escaped(place)}(?![\\w-])`))).toEqual([]);
    if (hostname().length > 6) expect(found(new RegExp(`\\b${escaped(hostname())}\\b`))).toEqual([]);
  });

  it("hold no address of a package registry or of a mirror", () => {
    const address = /https?:\/\/[^\s"'`]*(?:registry\.npmjs|registry\.yarnpkg|npm\.pkg\.github|pypi\.org\/simple|files\.pythonhosted|deb\.debian\.org|ftp\.[a-z.]*debian)/;
    expect(found(address)).toEqual([]);
  });

  it("silence no rule of the linter or the compiler", () => {
    const silence = new RegExp(["eslint" + "-disable", "@ts" + "-ignore", "@ts" + "-nocheck"].join("|"));
    expect(found(silence)).toEqual([]);
  });
});
