import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lines, sh } from "@hpckit/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { compareManifests, defineManifest, localManifest, type ManifestOptions } from "./tree-manifest.js";

const all: ManifestOptions = { modes: true, times: true };
let folder = "";

/** The same tree, made anew each time. */
function tree(name: string): string {
  const root = join(folder, name);
  mkdirSync(join(root, "sub", "empty"), { recursive: true });
  execFileSync("sh", ["-c", 'cd "$1" && printf one >"$(printf "n\\351 ")" && printf two >"a\\\\b" && mkfifo pipe', "sh", root]);
  for (const file of ["file", "sub/new\nline", "sub/ f - - - x//l".replace("//", "/ /"), "sub.", "file.txt", "nothing"]) {
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), file === "nothing" ? "" : file);
  }
  // As few digits as the account can still read it with.
  chmodSync(join(root, "nothing"), process.getuid?.() === 0 ? 0o000 : 0o400);
  symlinkSync("../x//y -> z", join(root, "link"));
  execFileSync("find", [root, "-exec", "touch", "-h", "-d", "@1000000000.75", "{}", "+"]);
  return root;
}

const manifestThere = (root: string, options: ManifestOptions): Buffer => execFileSync("sh", ["-c", lines(defineManifest(options), sh`manifest ${root}`).shell], { env: { ...process.env, LC_ALL: "C" } });

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "hpckit-manifest-"))));
afterEach(() => rmSync(folder, { recursive: true }));

it.each([all, { modes: false, times: true }, { modes: true, times: false }, { modes: false, times: false }])("is the same from a shell and from here: %o", async (options) => {
  const root = tree("one");
  const there = manifestThere(root, options);
  expect((await localManifest(root, options)).toString("latin1")).toBe(there.toString("latin1"));
  expect(there.length).toBeGreaterThan(500);
  const empty = join(folder, "empty");
  mkdirSync(empty);
  expect([(await localManifest(empty, options)).length, manifestThere(empty, options).length]).toEqual([0, 0]);
});

const changes: Readonly<Record<string, (root: string) => void>> = {
  file: (root) => {
    writeFileSync(join(root, "file"), "FILE");
    utimesSync(join(root, "file"), 1_000_000_000, 1_000_000_000);
  },
  "sub/new\nline": (root) => chmodSync(join(root, "sub", "new\nline"), 0o640),
  "file.txt": (root) => utimesSync(join(root, "file.txt"), 1, 1),
  link: (root) => {
    unlinkSync(join(root, "link"));
    symlinkSync("../x//y -> Z", join(root, "link"));
  },
  "sub/empty": (root) => execFileSync("sh", ["-c", 'rmdir "$1/sub/empty" && : >"$1/sub/empty" && touch -d @1000000000 "$1/sub/empty" "$1/sub"', "sh", root]),
  nothing: (root) => unlinkSync(join(root, "nothing")),
};

it.each(Object.keys(changes))("tells the entry that differs: %j", async (name) => {
  const [one, other] = [tree("one"), tree("other")];
  const here = await localManifest(one, all);
  compareManifests("upload", here, manifestThere(other, all));
  changes[name]?.(other);
  expect(() => compareManifests("upload", here, manifestThere(other, all))).toThrow(expect.objectContaining({ code: "digest-mismatch", detail: { entry: name } }) as Error);
});
