import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compose, OptionsError, prepare, run } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { describe, expect, it } from "vitest";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { condaPrefix } from "./conda-prefix.js";
import { parseCondaPrefix, variablesIn } from "./look-script.js";

const scratch = scratchFolders("hpckit conda's ");

/** A prefix as conda lays one out. */
function makePrefix(files: Readonly<Record<string, string>> = {}): string {
  const folder = join(realpathSync(scratch()), "en v");
  for (const [name, text] of Object.entries({ "conda-meta/history": "", "bin/tool": "#!/bin/sh\necho tool\n", ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }
  return folder;
}

const activated = {
  "etc/conda/activate.d/10_gdal.sh": 'false\nexport GDAL_DATA="$CONDA_PREFIX/share/gdal"\n',
  "etc/conda/activate.d/20_proj.sh": 'export PROJ_DATA="$GDAL_DATA/proj"\n',
  "etc/conda/activate.d/gdal.csh": "setenv NEVER 1\n",
  "etc/conda/env_vars.d/a.json": '{"SITE": "of the package", "A": "it\'s $HOME"}',
  "conda-meta/state": '{"env_vars": {"SITE": "of people"}, "version": 1}',
};
const tell = ["sh", "-c", 'tool; printf "%s\\n" "$CONDA_PREFIX" "$GDAL_DATA" "$PROJ_DATA" "$SITE" "$A" "${NEVER-none}"'];

describe("condaPrefix", () => {
  it("does what conda activate would, without conda", async () => {
    await using here = await connectLocal();
    const folder = makePrefix(activated);
    symlinkSync(folder, join(folder, "../main"));
    const { stdout } = await run(compose(tell, [condaPrefix(join(folder, "../main").replace("/en v/..", ""))]), here);
    expect(stdout).toBe(["tool", folder, `${folder}/share/gdal`, `${folder}/share/gdal/proj`, "of people", "it's $HOME", "none", ""].join("\n"));
  });

  it("needs bash only for scripts of its packages, and is mounted whole", async () => {
    await using here = await connectLocal();
    const dialects = async (files: Readonly<Record<string, string>>) => (await prepare(compose(["true"], [condaPrefix(makePrefix(files))]), here)).setup.map((step) => step.kind === "run" && step.dialect);
    expect(await dialects(activated)).toContain("bash");
    expect(await dialects({})).not.toContain("bash");
    const folder = makePrefix();
    expect((await prepare(compose(["true"], [condaPrefix(folder, { pythonPath: ["/code"] })]), here)).needs).toEqual([{ path: folder, access: "read" }, { path: "/code", access: "read" }]);
  });

  it("says where no prefix is", async () => {
    await using here = await connectLocal();
    await expect(prepare(compose(["true"], [condaPrefix(scratch())]), here)).rejects.toMatchObject({ code: "environment-missing" });
    expect(() => condaPrefix("climate")).toThrow(OptionsError);
  });

  it.each(["Welcome!\nabsent\n", "folder 2f\n", "folder 2f\nscript\nend\n", ""])("guesses nothing from %j", (stdout) => {
    expect(() => parseCondaPrefix(stdout)).toThrow("look at a conda prefix");
  });

  it.each(["", "[]", "1", '{"A": 1}', '{"env_vars": []}'])("takes no variables from %j", (json) => {
    expect(() => variablesIn(json)).toThrow("variables of a conda prefix");
  });
});
