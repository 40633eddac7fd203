import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { sh } from "@hpckit/core";
import { readScriptSearch, scriptSearch, searchedWords } from "./search-scripts.js";

const scratch = scratchFolders("scripts-");
const old = "/shared/venvs/0123456789abcdef-a1b2c3";
const other = "/shared/venvs/fedcba9876543210-000000";

/** What the search says where these are the scripts of jobs 1, 2, …; a job without one has none. */
function search(shell: "sh" | "dash" | "bash", ...scripts: readonly (string | undefined)[]): ReturnType<typeof readScriptSearch> {
  const folder = scratch();
  for (const [index, script] of scripts.entries()) if (script !== undefined) writeFileSync(join(folder, String(index + 1)), script);
  writeFileSync(join(folder, "scontrol"), `#!/bin/sh\nexec cat "${folder}/$3"\n`);
  chmodSync(join(folder, "scontrol"), 0o755);
  const paths = [old, other];
  const ids = scripts.map((_script, index) => String(index + 1)).join(" ");
  const { status, stdout } = runShell(shell, sh`set -- ${ids} ${searchedWords(paths)}`.shell + "\n" + scriptSearch.shell, { env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` } });
  expect(status).toBe(0);
  return readScriptSearch(stdout, paths);
}

describe.each(shells)("batch scripts, searched by %s", (shell) => {
  it.each([
    ["the folder itself", `VIRTUAL_ENV=${old}\nexec ${old}/bin/python x`, [old]],
    ["its name alone", `cd /shared/venvs || cd "/sha"red; exec ./0123456789abcdef-a1b2c3/bin/python`, [old, other]],
    ["its name, the folder spelt in another way", `cd /shared; exec ./venvs/0123456789abcdef-a1b2c3/bin/python`, [old]],
    ["a link beside it", `. /shared/venvs/main/bin/activate`, [old, other]],
    ["what is known only when it runs", 'exec "/shared/venvs/$NAME/bin/python"', [old, other]],
    ["the folder of all, in a variable", "ROOT=/shared/venvs; exec $ROOT/main/bin/python", [old, other]],
    ["the folder of all, behind a variable", '. "$HOME/venvs/main/bin/activate"', [old, other]],
    ["the folder of all, behind a quoted variable", '. "${PROJECT}"/venvs/main/bin/activate', [old, other]],
    ["the folder of all, behind a tilde", ". ~alice/x/venvs/main/bin/activate", [old, other]],
    ["the folder of all, behind a command", "exec $(dirname \"$0\")/../venvs/main/bin/python", [old, other]],
    ["one of them behind a variable", "exec $HOME/venvs/0123456789abcdef-a1b2c3/bin/python", [old]],
    ["a folder of that name elsewhere, and a variable beside it", 'x="$HOME" /data/venvs/main/x', []],
    ["another that was made there", "exec /shared/venvs/aaaaaaaaaaaaaaaa-bbbbbb/bin/python", []],
    ["an image that was made there", `exec apptainer exec /shared/venvs/${"a".repeat(32)}amd64-bbbbbbbb/image.sif true`, []],
    ["a link that is called by its day", "exec /shared/venvs/20261122-1/bin/python", [old, other]],
    ["another folder whose name begins so", "exec /shared/venvs2/x", []],
    ["nothing of it", "exec true", []],
  ])("that name %s", (_what, script, used) => {
    expect([...search(shell, "exec true", script).used].sort()).toEqual(used);
  });

  it("that are not there, or only hold nodes, tell nothing", () => {
    expect(search(shell, undefined, "exec true", "trap 'hpckit_renewed=1' USR1").silent).toEqual(["1", "3"]);
  });
});

it("guesses nothing from noise", () => {
  expect(() => readScriptSearch("Welcome!\n", [old])).toThrow("a line that is no report");
});
