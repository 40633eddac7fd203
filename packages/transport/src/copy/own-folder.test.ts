import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { sync } from "../sync/apply-sync.js";
import { makeOwnFolder, removeTree } from "./own-folder.js";

const top = mkdtempSync(join(tmpdir(), "hpckit-own-"));
const at = (...names: readonly string[]): string => join(top, ...names);
beforeEach(() => {
  for (const name of ["programs", "from", "shared", "outside/tree"]) mkdirSync(at(name), { recursive: true });
  writeFileSync(at("from", "file"), "new");
  for (const name of ["outside/file", "outside/tree/file"]) writeFileSync(at(name), "victim", { mode: 0o600 });
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const name of readdirSync(top)) rmSync(at(name), { recursive: true });
});
afterAll(() => rmSync(top, { recursive: true }));

/** Somebody who may write to the folder above puts a link in the place of what stands aside, right before a program starts. */
function swapBefore(program: string): void {
  const swap = 'cd "$SHARED" && for each in .hpckit-*; do if [ -d "$each" ] && [ ! -L "$each" ]; then mv "$each" stolen && ln -s ../outside "$each"; fi; done';
  writeFileSync(at("programs", program), `#!/bin/sh\n(${swap})\nPATH=\${PATH#*:} exec ${program} "$@"\n`, { mode: 0o755 });
  vi.stubEnv("SHARED", at("shared"));
  vi.stubEnv("PATH", `${at("programs")}${delimiter}${process.env["PATH"] ?? ""}`);
}
const policy = { fileMode: 0o644, folderMode: 0o755, group: String(process.getgid?.() ?? 0) };

describe.runIf(process.platform === "linux").each(["up", "down"] as const)("what stands aside, and is swapped for a link: %s", (direction) => {
  it.each(["tar", "chgrp", "sync"])("leads no sync elsewhere, before %s", async (program) => {
    await using here = await connectLocal();
    swapBefore(program);
    const [local, remote] = direction === "up" ? [at("from"), at("shared")] : [at("shared"), at("from")];
    await sync(here, { local, remote, direction, policy });
    untouched();
    expect(readFileSync(at("shared", "file"), "utf8")).toBe("new");
  });

  it.each(["tar", "chgrp", "sync"])("leads no copy elsewhere, before %s", async (program) => {
    await using here = await connectLocal();
    swapBefore(program);
    const copy = direction === "up" ? here.upload(at("from"), at("shared", "copy"), { policy }) : here.download(at("from"), at("shared", "copy"), { policy });
    await copy.catch(() => undefined);
    untouched();
  });
});

function untouched(): void {
  expect([readdirSync(at("outside")), readdirSync(at("outside", "tree"))]).toEqual([["file", "tree"], ["file"]]);
  for (const name of ["outside/file", "outside/tree/file"]) expect([readFileSync(at(name), "utf8"), statSync(at(name)).mode & 0o777]).toEqual(["victim", 0o600]);
}

it.runIf(process.getuid?.() === 0)("is refused where it belongs to somebody else as soon as it is made", async () => {
  const mkdir = vi.spyOn(process, "geteuid").mockImplementation(() => {
    chownSync(at("shared", "aside"), 4711, 4711);
    return 0;
  });
  await expect(makeOwnFolder(at("shared", "aside"), "write /a")).rejects.toMatchObject({ code: "path-refused" });
  mkdir.mockRestore();
});

it("is removed, also where folders in it are closed to their owner", async () => {
  mkdirSync(at("aside", "closed", "deep"), { recursive: true });
  writeFileSync(at("aside", "closed", "deep", "file"), "");
  chmodSync(at("aside", "closed", "deep"), 0o500);
  chmodSync(at("aside", "closed"), 0);
  // For root nothing is closed.
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", "nobody", top]);
  const user = process.getuid?.() === 0 ? "nobody" : (process.geteuid?.() ?? 0);
  process.seteuid?.(user);
  try {
    await removeTree("write /a", at("aside"));
  } finally {
    process.seteuid?.(process.getuid?.() ?? user);
  }
  expect(readdirSync(top)).not.toContain("aside");
});
