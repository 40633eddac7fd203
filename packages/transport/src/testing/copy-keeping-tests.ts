import { appendFileSync, truncateSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CopyProgress } from "@hpckit/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TransportUnderTest } from "./describe-transport.js";

/** What a copy keeps of its original, and what it refuses. */
export function copyKeepingTests(under: () => TransportUnderTest): void {
  let here = "";
  const there = (): string => `${under().folder}/kept copies`;
  const at = (name: string): string => `${there()}/${name}`;
  const shell = async (script: string): Promise<string> => (await under().transport.exec(["sh", "-c", script], { check: true, cwd: there() })).stdout.trim();
  const parts = async (): Promise<readonly string[]> => [...(await under().transport.list(there())).map(({ name }) => String(name)), ...(await readdir(here))].filter((name) => name.startsWith(".hpckit-"));
  const long = 981_173_106;

  beforeAll(async () => {
    await under().transport.mkdir(there());
    here = await mkdtemp(join(tmpdir(), "hpckit keeping'-"));
    await mkdir(join(here, "tree", "sub"), { recursive: true });
    await writeFile(join(here, "tree", "sub", "file"), "content");
    await writeFile(join(here, "tree", "sub", "it's \\ odd\n"), "");
    await chmod(join(here, "tree", "sub", "file"), 0o604);
    await chmod(join(here, "tree", "sub"), 0o750);
    for (const name of ["tree/sub/file", "tree/sub"]) await utimes(join(here, name), long, long);
    await writeFile(join(here, "file"), "content");
    await chmod(join(here, "file"), 0o6751);
    await utimes(join(here, "file"), long, long + 0.25);
  });
  afterAll(() => rm(here, { recursive: true, force: true }));

  it("keeps permission bits and times of a file, but no setuid bit", async () => {
    await under().transport.upload(join(here, "file"), at("file"));
    expect(await under().transport.stat(at("file"))).toMatchObject({ mode: 0o751, modifiedAtSeconds: long });
    await shell("chmod 6751 file");
    await under().transport.download(at("file"), join(here, "file back"));
    const back = await stat(join(here, "file back"));
    expect([back.mode & 0o7777, back.mtimeMs]).toEqual([0o751, (long + 0.25) * 1000]);
  });

  it("keeps permission bits and times of all that is in a folder, but no setuid bit", async () => {
    await under().transport.upload(join(here, "tree"), at("tree"));
    expect(await under().transport.stat(at("tree/sub/file"))).toMatchObject({ mode: 0o604, modifiedAtSeconds: long });
    expect(await under().transport.stat(at("tree/sub"))).toMatchObject({ mode: 0o750, modifiedAtSeconds: long });
    await shell("chmod 4604 tree/sub/file; chmod 1750 tree/sub");
    await shell(`touch -d @${long} tree/sub`);
    await under().transport.download(at("tree"), join(here, "tree back"));
    const [file, folder] = await Promise.all(["sub/file", "sub"].map((name) => stat(join(here, "tree back", name))));
    expect([(file?.mode ?? 0) & 0o7777, file?.mtimeMs, (folder?.mode ?? 0) & 0o7777, folder?.mtimeMs]).toEqual([0o604, long * 1000, 0o750, long * 1000]);
  });

  it("gives files and folders the time of the copy where times are not to be kept", async () => {
    const options = { times: false };
    const before = Number(await shell("date +%s")) - 60;
    await under().transport.upload(join(here, "file"), at("old file"));
    await under().transport.upload(join(here, "tree"), at("old tree"));
    expect([(await under().transport.stat(at("old file")))?.modifiedAtSeconds, (await under().transport.stat(at("old tree/sub/file")))?.modifiedAtSeconds]).toEqual([long, long]);
    await under().transport.upload(join(here, "file"), at("new file"), options);
    await under().transport.upload(join(here, "tree"), at("new tree"), options);
    await under().transport.download(at("old file"), join(here, "new file"), options);
    await under().transport.download(at("old tree"), join(here, "new tree"), options);
    for (const name of ["new file", "new tree/sub/file", "new tree/sub"]) {
      expect((await under().transport.stat(at(name)))?.modifiedAtSeconds).toBeGreaterThan(before);
      expect((await stat(join(here, name))).mtimeMs / 1000).toBeGreaterThan(before);
    }
  });

  it("lets what is unpacked into a folder of a group stay in the group", async () => {
    await shell("mkdir group && chmod 2775 group");
    await under().transport.upload(join(here, "tree"), at("group/tree"));
    expect((await under().transport.stat(at("group/tree/sub")))?.mode).toBe(0o2750);
  });

  it("compares every name, digest, mode and time of a folder if asked to", async () => {
    await under().transport.upload(join(here, "tree"), at("compared"), { verify: "full" });
    await under().transport.download(at("compared"), join(here, "compared"), { verify: "full" });
    await under().transport.download(at("compared"), join(here, "compared anew"), { verify: "full", times: false });
    await under().transport.upload(join(here, "compared"), at("compared by a policy"), { verify: "full", times: false, policy: { fileMode: 0o600, folderMode: 0o700 } });
    expect(await readFile(join(here, "compared", "sub", "file"), "utf8")).toBe("content");
    expect(await parts()).toEqual([]);
  });

  it("keeps symbolic links as they are, or refuses them before anything has its name", async () => {
    await mkdir(join(here, "links"));
    await symlink("../../outside", join(here, "links", "out"));
    await under().transport.upload(join(here, "links"), at("links"), { links: "keep", verify: "full" });
    expect(await shell("readlink links/out")).toBe("../../outside");
    const refused = { name: "PathRefusedError", detail: { entry: "./out" } };
    await expect(under().transport.upload(join(here, "links"), at("no links"), { links: "refuse" })).rejects.toMatchObject(refused);
    await expect(under().transport.download(at("links"), join(here, "no links"), { links: "refuse" })).rejects.toMatchObject(refused);
    expect([await under().transport.stat(at("no links")), (await readdir(here)).includes("no links"), await parts()]).toEqual([undefined, false, []]);
  });

  it("follows the path that it is given", async () => {
    await symlink("tree", join(here, "to tree"));
    await symlink("file", join(here, "to file"));
    await under().transport.upload(join(here, "to tree"), at("from a link"), { links: "refuse" });
    await under().transport.upload(join(here, "to file"), at("file from a link"));
    expect([(await under().transport.stat(at("from a link")))?.kind, (await under().transport.stat(at("file from a link")))?.kind]).toEqual(["folder", "file"]);
  });

  it("keeps the holes of a file, and needs no room for them", async () => {
    const sizeBytes = 100_000_001;
    await writeFile(join(here, "sparse"), "begin");
    await truncate(join(here, "sparse"), sizeBytes);
    const progress: CopyProgress[] = [];
    // What is continued keeps holes of whole blocks only.
    for (const [resume, limitBytes] of [[false, 1_000_000], [true, 20_000_000]] as const) {
      const up = await under().transport.upload(join(here, "sparse"), at("sparse"), { resume, onProgress: (each) => progress.push(each) });
      expect(progress.at(-1)).toMatchObject({ transferredBytes: sizeBytes, totalBytes: sizeBytes });
      const [size, usedBytes] = (await shell("stat -c '%s %b' sparse")).split(" ").map(Number);
      expect(size).toBe(sizeBytes);
      expect((usedBytes ?? NaN) * 512).toBeLessThan(limitBytes);
      expect(await under().transport.download(at("sparse"), join(here, "sparse back"), { resume })).toEqual(up);
      const back = await stat(join(here, "sparse back"));
      expect([back.size, back.blocks * 512 < limitBytes]).toEqual([sizeBytes, true]);
    }
  });

  it("refuses a file that changes while it is sent, and takes one that is replaced as it was", async () => {
    const bytes = Buffer.alloc(40_000_000, "x");
    for (const [change, name] of [[(path: string) => appendFileSync(path, "more"), "grows"], [(path: string) => truncateSync(path, 1000), "shrinks"]] as const) {
      const path = join(here, name);
      await writeFile(path, bytes);
      let isChanged = false;
      const onProgress = (): void => {
        if (!isChanged) change(path);
        isChanged = true;
      };
      await expect(under().transport.upload(path, at(name), { onProgress })).rejects.toMatchObject({ code: "digest-mismatch" });
      expect([await under().transport.stat(at(name)), await parts()]).toEqual([undefined, []]);
    }
    await writeFile(join(here, "replaced"), bytes);
    await writeFile(join(here, "other"), "other");
    let replacing: Promise<void> | undefined;
    await under().transport.upload(join(here, "replaced"), at("replaced"), { onProgress: () => void (replacing ??= rename(join(here, "other"), join(here, "replaced"))) });
    await replacing;
    expect((await under().transport.stat(at("replaced")))?.sizeBytes).toBe(bytes.length);
  });

  it("refuses a file that shrinks while it is fetched", async () => {
    await under().transport.exec(["sh", "-c", 'head -c 90000000 /dev/zero | tr "\\0" x >shrinking'], { check: true, cwd: there() });
    let shrinking: Promise<unknown> | undefined;
    const onProgress = (): void => void (shrinking ??= shell("truncate -s 1000 shrinking"));
    await expect(under().transport.download(at("shrinking"), join(here, "shrinking"), { onProgress })).rejects.toMatchObject({ code: "digest-mismatch" });
    await shrinking;
    expect([(await readdir(here)).includes("shrinking"), await parts()]).toEqual([false, []]);
  });
}
