import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killMakers, victims } from "../../../tools/e2e/kill-makers.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { serveTinyImage, type TinyImage } from "../../../tools/registry/src/index.js";
import { docker, ensureImage, imageStore, listImages, verifyImage, type EnsuredImage, type ImageError, type ImageStore } from "../src/index.js";

/** Quotes and commas the engine cannot have in the path of a temporary folder: a store refuses them. */
const folder = `/shared/scratch/store é kills ${process.pid}`;
let served: TinyImage;
let logins: readonly Transport[];
let operator: Transport;

beforeAll(async () => {
  served = await serveTinyImage({ ballastBytes: 40_000_000 });
  [operator, ...logins] = await Promise.all([1, 2, 3, 4, 5].map(() => signIn("newest"))) as [Transport, ...Transport[]];
});
afterAll(async () => {
  await operator.remove(folder, { recursive: true });
  for (const login of [operator, ...logins]) await login[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

interface Asked {
  readonly images: readonly EnsuredImage[];
  readonly failures: readonly unknown[];
}

const storeAt = (name: string): ImageStore => imageStore({ root: `${folder}/${name}`, insecureRegistries: [served.registry.address], free: "100M" });

/** Twelve ask at once, by four connections. */
async function askAtOnce(store: ImageStore): Promise<Asked> {
  const reference = docker(`${served.repository}:1`);
  const ended = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => ensureImage(store, reference, logins[index % logins.length] ?? operator)));
  return {
    images: ended.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])),
    failures: ended.flatMap((each): readonly unknown[] => (each.status === "rejected" ? [each.reason] : [])),
  };
}

/** One image is published, all have got that, and it is whole and starts. */
async function expectOne(store: ImageStore, { images }: Asked): Promise<void> {
  const [first] = images;
  if (first === undefined) throw new Error("nobody got an image");
  expect(new Set(images.map(({ image }) => image.path)).size).toBe(1);
  expect((await listImages(store, operator)).filter(({ state }) => state !== "unfinished").map(({ state, image }) => [state, image.path])).toEqual([["published", first.image.path]]);
  expect(await verifyImage(store, first.image, operator)).toEqual({ kind: "intact", sha256: first.sha256 });
  expect((await operator.exec(["apptainer", "exec", first.image.path, "cat", "/etc/word"])).stdout).toBe("one\n");
}

describe("an image that many ask for at once", () => {
  it("is made once", async () => {
    const store = storeAt("once");
    const asked = await askAtOnce(store);
    expect(asked.failures).toEqual([]);
    expect(asked.images.filter(({ outcome }) => outcome === "made")).toHaveLength(1);
    await expectOne(store, asked);
    expect(await operator.list(store.root)).toHaveLength(2);
  });

  it.each(victims)("is made once and whole where the %s of its makers is killed at random moments, and fails nobody else", async (victim) => {
    const store = storeAt(victim);
    const done = new AbortController();
    // The first at once: on a quiet machine an image is made in half a second. More than four would leave nobody of the twelve.
    const killing = killMakers(operator, store.root, { victim, lives: [0, 0.3, 0.6, 2].map((longest) => Math.random() * longest), signal: done.signal });
    const asked = await askAtOnce(store).finally(() => done.abort());
    const kills = await killing;
    expect(kills).toBeGreaterThan(0);
    expect(asked.failures.length).toBeLessThanOrEqual(kills);
    for (const failure of asked.failures) expect(failure).toMatchObject({ code: "image-build-failed", retryable: true } satisfies Partial<ImageError>);
    expect(asked.images.filter(({ outcome }) => outcome === "made").length).toBeLessThanOrEqual(1);
    await expectOne(store, asked);
  });
});
