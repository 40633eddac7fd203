import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CopyOptions, CopyProgress } from "@hpckit/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TransportUnderTest } from "./describe-transport.js";

const mib = 1024 * 1024;
const zerosAt = 9 * mib;

/** No two blocks of it are the same, and in the second one is a stretch of zeros: other bytes in its place must not stay there. */
function manyBlocks(): Buffer {
  const bytes = Buffer.alloc(45 * mib + 5, "many blocks ");
  for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt32LE(at, Math.min(at, bytes.length - 4));
  return bytes.fill(0, zerosAt - mib / 2, zerosAt + mib);
}

/** What is left of a copy that was cut, and what becomes of it. Every one of these originals has six blocks. */
export function resumeTests(under: () => TransportUnderTest): void {
  let here = "";
  const bytes = manyBlocks();
  const there = (): string => `${under().folder}/cut copies`;
  const at = (name: string): string => `${there()}/${name}`;
  const isPart = (name: unknown): boolean => String(name).startsWith(".hpckit-");
  const partsThere = async (): Promise<readonly string[]> => (await under().transport.list(there())).map(({ name }) => String(name)).filter(isPart);
  const partsHere = async (): Promise<readonly string[]> => (await readdir(here)).filter(isPart);
  const shell = (script: string): Promise<unknown> => under().transport.exec(["sh", "-c", script], { check: true, cwd: there() });

  /** Aborts a copy once it has moved so much. */
  async function cutAfter(limitBytes: number, run: (options: CopyOptions) => Promise<unknown>): Promise<void> {
    const controller = new AbortController();
    const onProgress = ({ transferredBytes }: CopyProgress): void => {
      if (transferredBytes > limitBytes) controller.abort();
    };
    await expect(run({ resume: true, signal: controller.signal, onProgress })).rejects.toMatchObject({ code: "aborted" });
  }
  /** Copies with `resume`, and says how much had not to travel again. */
  async function resumedBytes(run: (options: CopyOptions) => Promise<unknown>): Promise<number> {
    let last: CopyProgress | undefined;
    await run({ resume: true, onProgress: (each) => (last = each) });
    expect(last).toMatchObject({ transferredBytes: bytes.length, totalBytes: bytes.length });
    return last?.resumedBytes ?? NaN;
  }
  const upload = (options: CopyOptions): Promise<unknown> => under().transport.upload(join(here, "original"), at("up"), options);
  const download = (options: CopyOptions): Promise<unknown> => under().transport.download(at("original"), join(here, "down"), options);
  const expectUploaded = async (): Promise<void> => {
    expect(Buffer.compare(await under().transport.readFile(at("up")), bytes)).toBe(0);
    expect(await partsThere()).toEqual([]);
  };
  const expectDownloaded = async (): Promise<void> => {
    expect(Buffer.compare(await readFile(join(here, "down")), bytes)).toBe(0);
    expect(await partsHere()).toEqual([]);
  };

  beforeAll(async () => {
    await under().transport.mkdir(there());
    here = await mkdtemp(join(tmpdir(), "hpckit resume'-"));
    await writeFile(join(here, "original"), bytes);
    await under().transport.upload(join(here, "original"), at("original"));
  });
  afterAll(() => rm(here, { recursive: true, force: true }));

  it("continues an upload that was cut, and sends only what is missing", async () => {
    await cutAfter(30 * mib, upload);
    expect(await partsThere()).toHaveLength(1);
    expect(await resumedBytes(upload)).toBeGreaterThanOrEqual(16 * mib);
    await expectUploaded();
  });

  it("continues a download that was cut, and fetches only what is missing", async () => {
    await cutAfter(30 * mib, download);
    expect(await partsHere()).toHaveLength(1);
    expect(await resumedBytes(download)).toBeGreaterThanOrEqual(16 * mib);
    await expectDownloaded();
  });

  it("trusts nothing that is said to be there: a block that was changed travels again", async () => {
    await cutAfter(30 * mib, upload);
    await shell(`printf XXXXXXXXXXXX | dd of=$(ls .hpckit-*.part) bs=1 seek=${zerosAt} conv=notrunc status=none`);
    expect(await resumedBytes(upload)).toBeLessThan(bytes.length - 8 * mib);
    await expectUploaded();
    await cutAfter(30 * mib, download);
    const [part = ""] = await partsHere();
    const torn = await readFile(join(here, part));
    torn.fill("X", zerosAt, zerosAt + 100);
    await writeFile(join(here, part), torn);
    expect(await resumedBytes(download)).toBeLessThan(bytes.length - 8 * mib);
    await expectDownloaded();
  });

  it("begins anew where the original has changed, and removes what was left of it", async () => {
    await cutAfter(30 * mib, upload);
    await cutAfter(30 * mib, download);
    await writeFile(join(here, "original"), bytes);
    await shell("touch -d @1234567890 original");
    expect([await resumedBytes(upload), await resumedBytes(download)]).toEqual([0, 0]);
    await expectUploaded();
    await expectDownloaded();
  });

  it("leaves nothing of what it was not asked to leave, or what is not worth it", async () => {
    await cutAfter(30 * mib, (options) => upload({ ...options, resume: false }));
    await cutAfter(30 * mib, (options) => download({ ...options, resume: false }));
    await writeFile(join(here, "small"), bytes.subarray(0, 3 * mib));
    await cutAfter(mib, (options) => under().transport.upload(join(here, "small"), at("small"), options));
    expect([await partsThere(), await partsHere()]).toEqual([[], []]);
  });

  it("continues nothing that is not the account's own file under one name", async () => {
    await cutAfter(30 * mib, upload);
    await shell('echo precious >precious; part=$(ls .hpckit-*.part); rm "$part"; ln -s precious "$part"; ln precious "${part%.part}x.part"');
    expect(await resumedBytes(upload)).toBe(0);
    expect(new TextDecoder().decode(await under().transport.readFile(at("precious")))).toBe("precious\n");
    await shell("rm .hpckit-*.part");
    await expectUploaded();
  });

  it("is taken over by a later call; the earlier fails, and neither harms the other", async () => {
    const both = async (run: (options: CopyOptions) => Promise<unknown>): Promise<void> => {
      const later: { run?: Promise<unknown> } = {};
      const onProgress = ({ transferredBytes }: CopyProgress): void => {
        if (transferredBytes > 10 * mib) later.run ??= run({ resume: true });
      };
      const [earlier] = await Promise.allSettled([run({ resume: true, onProgress })]);
      await later.run;
      if (earlier.status === "rejected") expect(earlier.reason).toMatchObject({ code: "file-failed", message: expect.stringContaining("another call with resume") as unknown });
    };
    await both(upload);
    await expectUploaded();
    await both(download);
    await expectDownloaded();
  });
}
