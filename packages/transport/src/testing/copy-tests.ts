import { createHash } from "node:crypto";
import { link, mkdtemp, mkdir, readdir, readFile, readlink, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CopyProgress } from "@hpckit/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TransportUnderTest } from "./describe-transport.js";

export function copyTests(under: () => TransportUnderTest): void {
  let here = "";
  const at = (name: string): string => `${under().folder}/${name}`;
  const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const partsThere = async (): Promise<readonly unknown[]> => (await under().transport.list(under().folder)).filter(({ name }) => String(name).startsWith(".hpckit-"));
  const partsHere = async (): Promise<readonly string[]> => (await readdir(here)).filter((name) => name.startsWith(".hpckit-"));

  beforeAll(async () => {
    here = await mkdtemp(join(tmpdir(), "hpckit copies'-"));
  });
  afterAll(() => rm(here, { recursive: true, force: true }));

  it("copies a file there and back, with progress and the digest", async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 9_000_001 }, (_, index) => (index * 31 + (index >> 8)) % 256));
    await writeFile(join(here, "large"), bytes);
    const progress: CopyProgress[] = [];
    const up = await under().transport.upload(join(here, "large"), at("large"), { onProgress: (each) => progress.push(each), policy: { fileMode: 0o640, folderMode: 0o750 } });
    expect(up).toEqual({ sizeBytes: bytes.length, sha256: sha256(bytes) });
    expect(progress.at(-1)).toEqual({ transferredBytes: bytes.length, totalBytes: bytes.length });
    expect(progress.length).toBeGreaterThan(2);
    expect(await under().transport.stat(at("large"))).toMatchObject({ mode: 0o640, sizeBytes: bytes.length });
    expect(await under().transport.download(at("large"), join(here, "back"))).toEqual(up);
    expect(Buffer.compare(await readFile(join(here, "back")), bytes)).toBe(0);
  });

  it("copies empty files, and files without a size such as those of /proc", async () => {
    await writeFile(join(here, "empty"), "");
    expect(await under().transport.upload(join(here, "empty"), at("empty"))).toEqual({ sizeBytes: 0, sha256: sha256(Buffer.alloc(0)) });
    const version = await under().transport.download("/proc/version", join(here, "version"));
    expect(version.sizeBytes).toBeGreaterThan(10);
    expect((await readFile(join(here, "version"))).length).toBe(version.sizeBytes);
  });

  it("gives a downloaded file the mode of the one it replaces, or that of a policy, and follows no link", async () => {
    const mode = async (name: string): Promise<number> => (await stat(join(here, name))).mode & 0o7777;
    await under().transport.writeFile(at("small"), "new");
    await writeFile(join(here, "private"), "old", { mode: 0o600 });
    await writeFile(join(here, "victim"), "old");
    await symlink("victim", join(here, "link"));
    for (const name of ["private", "link"]) await under().transport.download(at("small"), join(here, name));
    await under().transport.download(at("small"), join(here, "shared"), { policy: { fileMode: 0o664, folderMode: 0o775 } });
    expect([await mode("private"), await mode("shared")]).toEqual([0o600, 0o664]);
    expect(await readFile(join(here, "private"), "utf8")).toBe("new");
    expect([await readFile(join(here, "victim"), "utf8"), await readFile(join(here, "link"), "utf8")]).toEqual(["old", "new"]);
    await mkdir(join(here, "folder"));
    await expect(under().transport.download(at("small"), join(here, "folder"))).rejects.toMatchObject({ code: "file-exists" });
  });

  it("refuses what is neither file nor folder, and does not wait for it", async () => {
    await under().transport.exec(["mkfifo", at("pipe")], { check: true });
    await expect(under().transport.download(at("pipe"), join(here, "pipe"))).rejects.toMatchObject({ code: "not-supported" });
  });

  it("copies a folder there and back: names, modes, links as links", async () => {
    const tree = join(here, "tree");
    await mkdir(join(tree, "sub", "empty"), { recursive: true });
    await writeFile(join(tree, "sub", "- odd 'name'\n"), "content");
    await writeFile(join(tree, "run"), "#!/bin/sh\n", { mode: 0o755 });
    await symlink("/etc/passwd", join(tree, "out"));
    expect(await under().transport.upload(tree, at("tree"))).toEqual({ sizeBytes: 17, sha256: undefined });
    expect(await under().transport.stat(at("tree/out"))).toMatchObject({ kind: "symlink" });
    await under().transport.download(at("tree"), join(here, "tree back"));
    expect(await readFile(join(here, "tree back", "sub", "- odd 'name'\n"), "utf8")).toBe("content");
    expect((await stat(join(here, "tree back", "run"))).mode & 0o777).toBe(0o755);
    expect(await readlink(join(here, "tree back", "out"))).toBe("/etc/passwd");
    expect(await readdir(join(here, "tree back", "sub", "empty"))).toEqual([]);
  });

  it("copies a folder of more than one block, with hard links and holes, and says how large it is", async () => {
    const large = join(here, "large tree");
    await mkdir(large);
    for (let index = 0; index < 30; index++) await writeFile(join(large, `file ${index}`), Buffer.alloc(1_000_003, index + 1));
    await link(join(large, "file 1"), join(large, "the same"));
    await writeFile(join(large, "holes"), "");
    await truncate(join(large, "holes"), 2_000_000_000);
    const progress: CopyProgress[] = [];
    const sizeBytes = 30 * 1_000_003 + 2_000_000_000;
    const up = await under().transport.upload(large, at("large tree"), { onProgress: (each) => progress.push(each) });
    expect(up).toEqual({ sizeBytes, sha256: undefined });
    expect(await under().transport.download(at("large tree"), join(here, "large tree back"))).toEqual(up);
    for (const name of ["file 0", "file 29", "the same"]) expect(Buffer.compare(await readFile(join(here, "large tree back", name)), await readFile(join(large, name)))).toBe(0);
    expect((await stat(join(here, "large tree back", "the same"))).nlink).toBe(2);
    expect((await stat(join(here, "large tree back", "holes"))).blocks).toBe(0);
    expect(progress.length).toBeGreaterThan(2);
    expect(progress.at(-1)?.transferredBytes).toBeGreaterThan(30_000_000);
  });

  it("gives a folder the modes of a policy, and programs stay programs", async () => {
    await under().transport.upload(join(here, "tree"), at("shared"), { policy: { fileMode: 0o664, folderMode: 0o2775 } });
    const modes = await Promise.all(["shared", "shared/sub", "shared/run", "shared/sub/- odd 'name'\n"].map(async (name) => (await under().transport.stat(at(name)))?.mode));
    expect(modes).toEqual([0o2775, 0o2775, 0o775, 0o664]);
  });

  it("replaces no folder that holds something", async () => {
    await expect(under().transport.upload(join(here, "tree"), at("tree"))).rejects.toMatchObject({ code: "file-exists" });
    expect(await partsThere()).toEqual([]);
  });

  it("names the fault, and leaves nothing aside", async () => {
    await expect(under().transport.upload(join(here, "none"), at("none"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(under().transport.download(at("none"), join(here, "none"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(under().transport.upload(join(here, "large"), at("none/below"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(under().transport.download(at("large"), join(here, "none", "below"))).rejects.toMatchObject({ code: "file-not-found" });
    expect([await partsThere(), await partsHere()]).toEqual([[], []]);
  });

  it("stops when it is aborted, and leaves nothing aside", async () => {
    await writeFile(join(here, "huge"), "");
    await truncate(join(here, "huge"), 3_000_000_000);
    const abortAfterSome = (): { readonly signal: AbortSignal; readonly onProgress: (progress: CopyProgress) => void } => {
      const controller = new AbortController();
      return { signal: controller.signal, onProgress: ({ transferredBytes }) => transferredBytes > 20_000_000 && controller.abort() };
    };
    await expect(under().transport.upload(join(here, "huge"), at("huge"), abortAfterSome())).rejects.toMatchObject({ code: "aborted" });
    await under().transport.exec(["truncate", "-s", "3G", at("huge")], { check: true });
    await expect(under().transport.download(at("huge"), join(here, "huge back"), abortAfterSome())).rejects.toMatchObject({ code: "aborted" });
    expect([await partsThere(), await partsHere(), (await readdir(here)).includes("huge back")]).toEqual([[], [], false]);
  });

  it("refuses a file that changes while it is read", async () => {
    await under().transport.exec(["sh", "-c", 'head -c 60000000 /dev/zero >"$1"', "sh", at("growing")], { check: true });
    const growing = under().transport.exec(["sh", "-c", 'end=$(($(date +%s) + 4)); while [ "$(date +%s)" -lt "$end" ]; do echo more >>"$1"; done', "sh", at("growing")]);
    await expect(under().transport.download(at("growing"), join(here, "growing"))).rejects.toMatchObject({ code: "digest-mismatch" });
    await growing;
    expect((await readdir(here)).includes("growing")).toBe(false);
  });
}
