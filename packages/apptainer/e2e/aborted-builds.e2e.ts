import { AbortedError, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { buildImage, ensureImage, imageStore } from "../src/index.js";

const folder = `/shared/scratch/aborted builds ${process.pid}`;
/** What it unpacks belongs to ids that are the account's by /etc/subuid alone. */
const definition = { text: "Bootstrap: localimage\nFrom: /shared/images/debian-root\n\n%post\n  touch /srv/reached\n  sleep 300\n" };
let login: Transport;

beforeAll(async () => {
  login = await signIn("newest");
  await login.mkdir(folder);
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

/** Its APPTAINER_TMPDIR is there alone. */
const withTemporary = (temporary: string): Transport => ({ ...login, stream: (argv, options) => login.stream(argv, { ...options, env: { APPTAINER_TMPDIR: temporary } }) });

const find = async (where: string, ...what: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await login.exec(["find", where, "-mindepth", "1", ...what]);
  return stdout.split("\n").filter((line) => line !== "").slice(0, 5);
};

/** While the engine unpacks the base; and while the definition's own commands run. */
const moments = ["*/rootfs/usr", "*/rootfs/srv/reached"];

describe.each(moments)("a build that is aborted when %s is there", (moment) => {
  const place = `${folder}/${moments.indexOf(moment)}`;

  it("leaves nothing in a store", async () => {
    const store = imageStore({ root: `${place} store`, free: "100M" });
    const aborting = new AbortController();
    const made = ensureImage(store, { definition }, login, { signal: aborting.signal }).catch((error: unknown) => error);
    await expect.poll(() => find(store.root, "-path", moment), { timeout: 60_000 }).not.toEqual([]);
    aborting.abort();
    expect(await made).toMatchObject({ name: "AbortedError", message: `making an image of a definition in ${store.root} was aborted` } satisfies Partial<AbortedError>);
    await expect.poll(() => find(store.root), { timeout: 20_000 }).toEqual([]);
  });

  it("leaves nothing of a single image, nor in the folder for temporary files", async () => {
    await login.mkdir(`${place} temporary`);
    const on = withTemporary(`${place} temporary`);
    const aborting = new AbortController();
    const made = buildImage(on, { from: { definition }, to: `${place} single/x.sif`, signal: aborting.signal }).catch((error: unknown) => error);
    await expect.poll(() => find(`${place} temporary`, "-path", moment), { timeout: 60_000 }).not.toEqual([]);
    aborting.abort();
    expect(await made).toBeInstanceOf(AbortedError);
    await expect.poll(async () => [...(await find(`${place} temporary`)), ...(await find(`${place} single`))], { timeout: 20_000 }).toEqual([]);
  });
});
