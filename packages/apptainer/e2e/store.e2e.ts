import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPrune, compose, planPrune, prepare, renderScript, secret, type LiveWork, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { serveTinyImage, type TinyImage } from "../../../tools/registry/src/index.js";
import { container, docker, ensureImage, fromStore, imageStore, listImages, lockImages, ociArchive, ociFolder, oras, sif, verifyImage, type EnsuredImage, type ImageStore, type ImageStoreInput } from "../src/index.js";

/** Quotes and commas the engine cannot have in the path of a temporary folder: a store refuses them. */
const folder = `/shared/scratch/store é ${process.pid}`;
const account = { name: "alice", password: "canary pass" };
let served: TinyImage;
let locked: TinyImage;
let login: Transport;
let here: string;
let store: ImageStore;

const storeWith = (input: Partial<ImageStoreInput> = {}): ImageStore =>
  imageStore({ root: `${folder}/store`, insecureRegistries: [served.registry.address, locked.registry.address], free: "100M", ...input });
const word = async ({ image }: Pick<EnsuredImage, "image">): Promise<string> => (await login.exec(["apptainer", "exec", image.path, "cat", "/etc/word"])).stdout.trim();

beforeAll(async () => {
  here = await mkdtemp(join(tmpdir(), "hpckit-store-"));
  [served, locked, login] = await Promise.all([serveTinyImage(), serveTinyImage({ account }), signIn("newest")]);
  await login.mkdir(folder);
  store = storeWith();
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await Promise.all([login, served, locked].map((each) => each[Symbol.asyncDispose]()));
  await rm(here, { recursive: true });
});

describe("ensureImage, from a registry", () => {
  it("pulls what a tag means once, read-only, and finds it then, also by its digest and with no registry", async () => {
    const said: string[] = [];
    const made = await ensureImage(store, docker(`${served.repository}:1`), login, { onProgress: (line) => said.push(line) });
    expect(made).toMatchObject({ outcome: "made", digest: served.layout.digest, architecture: "amd64" });
    expect(said.join("\n")).toContain("Creating SIF file");
    expect(await word(made)).toBe("one");
    expect((await login.stat(made.image.path))?.mode).toBe(0o555);
    expect(await ensureImage(store, docker(`${served.repository}:1`), login)).toEqual({ ...made, outcome: "found" });
    expect(await ensureImage(store, docker(`127.0.0.1:9/nowhere/tiny@${served.layout.digest}`), login)).toEqual({ ...made, outcome: "found" });
    expect((await login.list(store.root)).map(({ kind }) => kind).sort()).toEqual(["folder", "symlink"]);
  });

  it("keeps to the lock file until it is updated, and frozen takes nothing else", async () => {
    const lock = join(here, "images.lock.json");
    const frozen = storeWith({ root: `${folder}/frozen`, lock, frozen: true });
    const reference = docker(`${served.repository}:moving`);
    const first = await served.push("moving", "two");
    await expect(ensureImage(frozen, reference, login)).rejects.toMatchObject({ code: "reference-not-locked" });
    expect(await lockImages(frozen, [reference], login)).toMatchObject([{ kind: "added", digest: first }]);
    const second = await served.push("moving", "three");
    expect(await lockImages(frozen, [reference], login)).toMatchObject([{ kind: "kept", digest: first }]);
    expect(await word(await ensureImage(frozen, reference, login))).toBe("two");
    expect(await lockImages(frozen, [reference], login, { update: true })).toMatchObject([{ kind: "updated", before: first, digest: second }]);
    expect(await word(await ensureImage(frozen, reference, login))).toBe("three");
    expect(JSON.parse(await readFile(lock, "utf8"))).toEqual({ version: 1, images: { [`docker://${served.repository}:moving`]: second } });
  });

  it("signs in by the environment, and says no password, in no argument and no message", async () => {
    const reference = docker(`${locked.repository}:1`);
    await expect(ensureImage(storeWith({ root: `${folder}/private` }), reference, login)).rejects.toMatchObject({ code: "reference-unresolved", message: expect.stringContaining("give them as `credentials`") as string });
    const wrong = storeWith({ root: `${folder}/private`, credentials: { registry: locked.registry.address, username: account.name, password: secret("canary wrong") } });
    const failure: unknown = await ensureImage(wrong, docker(`${locked.repository}@${locked.layout.digest}`), login).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "image-build-failed" });
    expect(JSON.stringify([failure, String(failure)])).not.toContain("canary");
    const foreign = storeWith({ root: `${folder}/private`, credentials: { registry: served.registry.address, username: account.name, password: secret(account.password) } });
    await expect(ensureImage(foreign, reference, login)).rejects.toMatchObject({ code: "reference-unresolved", message: expect.stringContaining("for this registry") as string });
    await expect(ensureImage(foreign, docker(`${locked.repository}@${locked.layout.digest}`), login)).rejects.toMatchObject({ code: "image-build-failed" });
    const right = storeWith({ root: `${folder}/private`, credentials: { registry: locked.registry.address, username: account.name, password: secret(account.password) } });
    expect(await word(await ensureImage(right, reference, login))).toBe("one");
    expect((await login.exec(["grep", "-rl", "canary", right.root, "/home/alice/.apptainer"])).stdout).toBe("");
  });

  it("takes a SIF as it was pushed, and one with a signature only from who is trusted", async () => {
    const made = await ensureImage(store, docker(`${served.repository}:1`), login);
    const [keys, other] = [await bringKeys("mine"), await bringKeys("other")];
    const signed = `${folder}/signed.sif`;
    await login.exec(["sh", "-c", 'cp "$1" "$2" && chmod u+w "$2" && apptainer sign --key "$3" "$2"', "sh", made.image.path, signed, keys.private], { check: true });
    await login.exec(["apptainer", "push", "--allow-unsigned", "--no-https", signed, `oras://${served.registry.address}/sifs/tiny:1`], { check: true });
    const reference = oras(`${served.registry.address}/sifs/tiny:1`);
    const trusted = await ensureImage(store, reference, login, { signedBy: { publicKey: keys.public } });
    expect(trusted.outcome).toBe("made");
    expect(await verifyImage(store, trusted.image, login, { signedBy: { publicKey: keys.public } })).toMatchObject({ kind: "intact" });
    expect(await verifyImage(store, trusted.image, login, { signedBy: { publicKey: other.public } })).toMatchObject({ kind: "signature-refused" });
    await expect(ensureImage(store, reference, login, { signedBy: { publicKey: other.public } })).rejects.toMatchObject({ code: "signature-refused" });
    await expect(ensureImage(store, sif(made.image.path), login, { signedBy: { publicKey: keys.public } })).rejects.toMatchObject({ code: "signature-refused" });
  });

  it.each([
    ["a tag that is not there", () => docker(`${served.repository}:none`), {}, "reference-unresolved", "the registry knows no such image"],
    ["a digest that is not there", () => docker(`${served.repository}@sha256:${"0".repeat(64)}`), {}, "image-build-failed", "manifest unknown"],
    ["a registry that does not answer", () => docker("127.0.0.1:9/x:1"), {}, "reference-unresolved", "Connection refused"],
    ["plain HTTP that nobody allowed", () => docker(`localhost:${served.registry.address.split(":")[1] ?? ""}/tools/tiny:1`), {}, "reference-unresolved", "cannot be asked"],
    ["another architecture than the image has", () => docker(`${served.repository}:1`), { architecture: "arm64" } as const, "image-build-failed", "it is for other processors"],
  ])("gives the reason for %s, and leaves nothing", async (_what, reference, options, code, reason) => {
    const empty = storeWith({ root: `${folder}/empty` });
    await expect(ensureImage(empty, reference(), login, options)).rejects.toMatchObject({ code, message: expect.stringContaining(reason) as string });
    expect((await login.exec(["ls", "-A", empty.root])).stdout).toBe("");
  });

  async function bringKeys(name: string): Promise<{ readonly public: string; readonly private: string }> {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } });
    const files = { public: `${folder}/${name}.pub`, private: `${folder}/${name}.pem` };
    await login.writeFile(files.public, publicKey);
    await login.writeFile(files.private, privateKey);
    return files;
  }
});

describe("ensureImage, without a registry", () => {
  it("converts an OCI folder and an OCI archive, a root file system and a definition, and takes in a SIF", async () => {
    const [layout, archive, root] = [`${folder}/oci`, `${folder}/oci.tar`, `${folder}/root`];
    await login.upload(served.layout.folder, layout);
    await login.exec(["sh", "-c", 'tar -C "$1" -cf "$2" blobs index.json oci-layout && mkdir -p "$3/bin" "$3/etc" && cp /bin/true "$3/bin" && echo four > "$3/etc/word"', "sh", layout, archive, root], { check: true });
    const fromFolder = await ensureImage(store, ociFolder(layout, { tag: "latest", digest: served.layout.digest }), login);
    expect([await word(fromFolder), fromFolder.digest]).toEqual(["one", served.layout.digest]);
    const fromArchive = await ensureImage(store, ociArchive(archive), login);
    expect([await word(fromArchive), fromArchive.digest]).toEqual(["one", `sha256:${(await login.exec(["sha256sum", archive])).stdout.slice(0, 64)}`]);
    expect(await ensureImage(store, { folder: root }, login)).toMatchObject({ outcome: "made" });
    const text = `Bootstrap: localimage\nFrom: ${fromFolder.image.path}\n%files\n  "${root}/etc/word" /etc/word\n`;
    const defined = await ensureImage(store, { definition: { text } }, login);
    expect(await word(defined)).toBe("four");
    await login.writeFile(`${root}/etc/word`, "five\n");
    expect(await word(await ensureImage(store, { definition: { text } }, login))).toBe("five");
    expect(await ensureImage(store, { folder: root }, login)).toMatchObject({ outcome: "made" });
    const taken = await ensureImage(store, sif(defined.image.path), login);
    expect(taken).toMatchObject({ outcome: "made", sha256: defined.sha256, digest: `sha256:${defined.sha256}` });
  });

  it("names an image of one architecture so, and gives no other one for it, brought or found", async () => {
    const [layout, own] = [`${folder}/oci-index`, storeWith({ root: `${folder}/architectures` })];
    await login.upload(served.layout.folder, layout);
    const one = JSON.parse(await readFile(join(served.layout.folder, "index.json"), "utf8")) as { readonly manifests: readonly Readonly<Record<string, unknown>>[] };
    const index = JSON.stringify({ schemaVersion: 2, manifests: one.manifests.map((manifest) => ({ ...manifest, annotations: {}, platform: { architecture: "amd64", os: "linux" } })) });
    const digest = createHash("sha256").update(index).digest("hex");
    await login.writeFile(`${layout}/blobs/sha256/${digest}`, index);
    await login.writeFile(`${layout}/index.json`, JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: "application/vnd.oci.image.index.v1+json", digest: `sha256:${digest}`, size: index.length }] }));
    const made = await ensureImage(own, ociFolder(layout), login);
    expect(made.image.path).toMatch(/\/[0-9a-f]{32}amd64-[0-9a-f]{8}\/image\.sif$/);
    expect(await ensureImage(own, ociFolder(layout), login, { architecture: "amd64" })).toEqual({ ...made, outcome: "found" });
    const other = { code: "image-build-failed", message: expect.stringContaining("it is for other processors") as string };
    const taken = sif(made.image.path);
    await expect(ensureImage(own, taken, login, { architecture: "arm64" })).rejects.toMatchObject(other);
    expect(await listImages(own, login)).toHaveLength(1);
    await ensureImage(own, taken, login);
    await expect(ensureImage(own, taken, login, { architecture: "arm64" })).rejects.toMatchObject(other);
    await login.writeFile(`${layout}/index.json`, "{");
    await expect(ensureImage(own, ociFolder(layout), login)).rejects.toThrow("has no index.json of an OCI image");
  });

  it("refuses an OCI folder that holds another image than was said, and a source that is not there", async () => {
    await expect(ensureImage(store, ociFolder(`${folder}/oci`, { digest: `sha256:${"0".repeat(64)}` }), login)).rejects.toThrow(/holds sha256:/);
    await expect(ensureImage(store, sif(`${folder}/none.sif`), login)).rejects.toMatchObject({ code: "source-missing" });
    await expect(ensureImage(store, { folder: `${folder}/none` }, login)).rejects.toMatchObject({ code: "source-missing" });
  });

  it("asks for room first", async () => {
    await expect(ensureImage(storeWith({ root: `${folder}/full`, free: "900T" }), ociFolder(`${folder}/oci`), login)).rejects.toMatchObject({ code: "no-space", message: expect.stringMatching(/MiB are free under/) as string });
  });
});

describe("a stored image", () => {
  it("runs in a job by a launch that brings it there", async () => {
    const own = storeWith({ root: `${folder}/launched` });
    const told: string[] = [];
    const launch = await prepare(compose(["cat", "/etc/word"], [container(fromStore(own, docker(`${served.repository}:1`)))]), login, { onProgress: (line) => told.push(line) });
    expect(told.join("\n")).toContain("Creating SIF file");
    expect((await login.exec(["srun", "-n1", "sh", "-c", renderScript(launch).text])).stdout).toBe("one\n");
  });

  it("is listed with what it was made of, and removed when nothing uses it", async () => {
    const own = storeWith({ root: `${folder}/pruned` });
    const [old, young] = [await ensureImage(own, docker(`${served.repository}:1`), login), await ensureImage(own, docker(`${served.repository}@${await served.push("2", "six")}`), login)];
    expect((await listImages(own, login)).map(({ record }) => record?.source).sort()).toEqual([`docker://${served.repository}:1`, expect.stringContaining("@sha256:") as string]);
    const live: LiveWork = { uses: (paths) => Promise.resolve({ kind: "known", used: paths.filter((path) => young.image.path.startsWith(path)) }) };
    await login.exec(["touch", "-d", "30 days ago", `${old.image.path.replace(/\/image\.sif$/, "")}/.hpckit/used`, `${young.image.path.replace(/\/image\.sif$/, "")}/.hpckit/used`], { check: true });
    const removed = await applyPrune(login, await planPrune(login, own.root, { live, keepNewest: 0 }));
    expect(removed.removed.map(({ folder: gone }) => `${gone}/image.sif`)).toEqual([old.image.path]);
    expect((await listImages(own, login)).map(({ image }) => image)).toEqual([young.image]);
  });

  it("that was cut, or changed, is noticed; the cut one is made again at once, the changed one when that was seen", async () => {
    const own = storeWith({ root: `${folder}/damaged` });
    const reference = docker(`${served.repository}:1`);
    const made = await ensureImage(own, reference, login);
    await login.exec(["sh", "-c", 'chmod u+w "$1" && printf x | dd of="$1" bs=1 seek=90000 conv=notrunc', "sh", made.image.path], { check: true });
    expect((await ensureImage(own, reference, login)).outcome).toBe("found");
    expect(await verifyImage(own, made.image, login)).toMatchObject({ kind: "damaged", expected: made.sha256 });
    const anew = await ensureImage(own, reference, login);
    expect(anew.outcome).toBe("made");
    expect(await verifyImage(own, anew.image, login)).toMatchObject({ kind: "intact" });
    await login.exec(["sh", "-c", 'chmod u+w "$1" && truncate -s 1000 "$1"', "sh", anew.image.path], { check: true });
    const again = await ensureImage(own, reference, login);
    expect(again.outcome).toBe("made");
    expect([made.image.path, anew.image.path]).not.toContain(again.image.path);
    expect(await verifyImage(own, again.image, login)).toMatchObject({ kind: "intact" });
  });

  it("is found by another account, which cannot make one there", async () => {
    await using bob = await signIn("newest", "bob");
    await login.exec(["chmod", "755", folder, store.root], { check: true });
    expect((await ensureImage(store, docker(`${served.repository}:1`), bob)).outcome).toBe("found");
    await expect(ensureImage(store, docker(`${served.repository}@${await served.push("3", "seven")}`), bob)).rejects.toMatchObject({ code: "store-not-writable" });
  });
});
