import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { sync } from "./apply-sync.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit-unasked-"));
  for (const name of ["programs", "source/new", "target"]) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ["source/new/wanted", "source/new/.hpckit-hidden.part", "source/new/extra.log"]) writeFileSync(join(folder, name), "x");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it.each(["new/.hpckit-hidden.part", "new/extra.log"])("nothing is placed of an archive that holds what nobody has asked for: %s", async (name) => {
  await using here = await connectLocal();
  const script = `case "$*" in *-cf*) { cat; printf './%s\\0' ${name}; } | PATH=\${PATH#*:} tar "$@" ;; *) PATH=\${PATH#*:} exec tar "$@" ;; esac`;
  writeFileSync(join(folder, "programs", "tar"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${join(folder, "programs")}${delimiter}${process.env["PATH"] ?? ""}`);
  const options = { local: join(folder, "target"), remote: join(folder, "source"), direction: "down", exclude: ["*.log"] } as const;
  await expect(sync(here, options)).rejects.toMatchObject({ code: "path-refused" });
  expect(readdirSync(join(folder, "target"))).toEqual([]);
});
