import { AbortedError, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildImage, ImageError, sandbox, sif } from "../src/index.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";

const folder = workFolder("build");
const root = `${folder}/root`;
let login: Transport;

beforeAll(async () => {
  login = await signIn("newest");
  await login.exec(["sh", "-c", 'mkdir -p "$1/bin" "$1/etc" && cp /bin/busybox "$1/bin/sh" 2>/dev/null || cp /bin/true "$1/bin/true"', "sh", root], { check: true });
});
afterAll(async () => {
  await login.exec(["chmod", "-R", "u+rwX", folder]);
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

const names = async (path: string): Promise<readonly string[]> => (await login.list(path)).map(({ name }) => String(name));
/** Others build on this machine, too: what a living process uses is not left. */
const leftovers = async (): Promise<readonly string[]> => {
  const script = 'cd /tmp && for left in hpckit-image-* build-temp-*; do pid=${left%.*}; [ ! -e "$left" ] || [ -d "/proc/${pid##*-}" ] || echo "$left"; done';
  return (await login.exec(["sh", "-c", script], { check: true })).stdout.split("\n").filter((name) => name !== "");
};

describe("buildImage", () => {
  it("builds from a folder once", async () => {
    const said: string[] = [];
    const to = `${folder}/once/x y.sif`;
    expect(await buildImage(login, { from: { folder: root }, to, onProgress: (line) => said.push(line) })).toEqual({ kind: "built", image: { kind: "sif", path: to } });
    expect(said.join("\n")).toContain("Build complete");
    expect((await buildImage(login, { from: { folder: root }, to })).kind).toBe("already-there");
    expect(await names(`${folder}/once`)).toEqual(["x y.sif"]);
    expect(await leftovers()).toEqual([]);
  });

  it("builds from what sandbox and sif give", async () => {
    for (const from of [sandbox(root), sif(`${folder}/once/x y.sif`)]) {
      const to = `${folder}/again ${from.kind}.sif`;
      expect((await buildImage(login, { from, to })).kind).toBe("built");
      expect((await login.exec(["apptainer", "inspect", to])).ok).toBe(true);
    }
  });

  it("builds from a definition's text", async () => {
    const text = `Bootstrap: localimage\nFrom: ${folder}/once/x y.sif\n\n%labels\n  made by-test\n`;
    const to = `${folder}/defined.sif`;
    await buildImage(login, { from: { definition: { text } }, to });
    expect((await login.exec(["apptainer", "inspect", "--labels", to])).stdout).toContain("by-test");
  });

  it("gives one image to all who build at once", async () => {
    const to = `${folder}/at once/x.sif`;
    const kinds = (await Promise.all([1, 2, 3].map(() => buildImage(login, { from: { folder: root }, to })))).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "built")).toHaveLength(1);
    expect(await names(`${folder}/at once`)).toEqual(["x.sif"]);
  });

  it("refuses an image from which the engine left something out, although it says success", async () => {
    await login.exec(["sh", "-c", 'mkdir -p "$1/secret" && chmod 0 "$1/secret"', "sh", `${folder}/partial`], { check: true });
    const to = `${folder}/partial.sif`;
    await expect(buildImage(login, { from: { folder: `${folder}/partial` }, to })).rejects.toThrow(/permission denied/);
    expect(await login.stat(to)).toBeUndefined();
  });

  it("gives the engine's own reason", async () => {
    const failure: unknown = await buildImage(login, { from: { folder: "/no/such/folder" }, to: `${folder}/none.sif` }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ImageError);
    expect((failure as ImageError).message).toContain("no such file or directory");
  });

  it("leaves nothing when it is aborted, and can be built then", async () => {
    const to = `${folder}/aborted/x.sif`;
    const aborting = new AbortController();
    const building = buildImage(login, { from: { folder: "/shared/images/debian-root" }, to, signal: aborting.signal, onProgress: () => aborting.abort() });
    await expect(building).rejects.toThrow(AbortedError);
    expect((await names(`${folder}/aborted`)).filter((name) => name === "x.sif")).toEqual([]);
    expect((await buildImage(login, { from: { folder: root }, to })).kind).toBe("built");
    expect(await names(`${folder}/aborted`)).toEqual(["x.sif"]);
    await expect.poll(leftovers, { timeout: 10_000 }).toEqual([]);
  });
});
