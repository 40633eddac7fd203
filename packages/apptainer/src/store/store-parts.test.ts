import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secret } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { docker } from "../image/image-reference.js";
import { architectureOf, parseSifHeader } from "../image/sif-header.js";
import { definitionFiles } from "./definition-files.js";
import { imageStore } from "./image-store.js";
import { readImageLock, renderImageLock } from "./lock/image-lock.js";
import { lockImages } from "./lock/lock-images.js";
import { planSource } from "./plan-source.js";
import { parseChallenge } from "./registry/challenge.js";
import { credentialsFor } from "./registry/registry-credentials.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a store", () => {
  it("is data with nothing left open", () => {
    expect(imageStore({ root: "/shared//images/é a/" })).toMatchObject({ root: "/shared/images/é a", frozen: false, free: { bytes: 2 ** 31 }, program: "apptainer" });
  });

  it.each(["images", "/a'b", '/a"b', "/a`b", "/a$b", "/a;b", "/a,b", "/a:b", "/a\nb", "/a/../b"])("refuses the root %j, with which the engine would fail", (root) => {
    expect(() => imageStore({ root })).toThrow("root: ");
  });

  it("says what frozen needs, and names the close match of an unknown option", () => {
    expect(() => imageStore({ root: "/x", frozen: true })).toThrow("frozen: it needs `lock`");
    expect(() => imageStore({ root: "/x", locks: "y" } as Parameters<typeof imageStore>[0])).toThrow('did you mean "lock"?');
  });
});

describe("a lock file", () => {
  const digest = `sha256:${"0f".repeat(32)}`;

  it("is read as it was written, in one order", async () => {
    const lock = new Map([["docker://b:1", digest], ["docker://a:1", digest]]);
    writeFileSync(join(folder, "lock"), renderImageLock(lock));
    expect([...(await readImageLock(join(folder, "lock")))]).toEqual([...lock].reverse());
    expect((await readImageLock(join(folder, "none"))).size).toBe(0);
  });

  it.each(["", "{", '{"version":2,"images":{}}', '{"version":1,"images":{"docker://a":"latest"}}'])("is never taken for empty: %j", async (text) => {
    writeFileSync(join(folder, "lock"), text);
    await expect(readImageLock(join(folder, "lock"))).rejects.toThrow("take it back from version control");
  });

  it("stays as it is where one reference cannot be resolved, and says an update that means none", async () => {
    const lock = join(folder, "lock");
    const store = imageStore({ root: "/x", lock });
    const before = renderImageLock(new Map([["docker://a:1", digest]]));
    writeFileSync(lock, before);
    const on = scriptedTransport(() => ({}));
    await expect(lockImages(store, [docker("a:1"), docker("b:1")], on)).rejects.toMatchObject({ code: "reference-unresolved" });
    await expect(lockImages(store, [docker("a:1")], on, { update: ["docker://a:2"] })).rejects.toThrow("docker://a:2 is not among the references");
    expect(readFileSync(lock, "utf8")).toBe(before);
    await lockImages(store, [], on);
    expect(readFileSync(lock, "utf8")).toBe(renderImageLock(new Map()));
  });
});

describe("the files of a definition", () => {
  it("are those of this machine, quoted or not, and the image that it begins with", () => {
    const text = ["# a", "Bootstrap: localimage", "From: /base.sif", "%files", '  "/a b/c" /d', "  /e\\ f", "%files from build", "  /inner /x", "%post", "  cp /not /this"].join("\n");
    expect(definitionFiles(text)).toEqual({ bases: ["/base.sif"], copied: ["/a b/c", "/e f"], registries: [] });
    expect(definitionFiles("Bootstrap: docker\nFrom: debian:12\n%post\n  true\n")).toEqual({ bases: [], copied: [], registries: [undefined] });
    expect(definitionFiles("Bootstrap: docker\nFrom: debian:12\nStage: build\n%post\nx\nBootstrap: localimage\nFrom: /two.sif\n").bases).toEqual(["/two.sif"]);
  });

  it("are also those of applications, and what another tool has left, in whichever order it is said", () => {
    expect(definitionFiles("Bootstrap: oci-archive\nFrom: /a.tar:12\n%appfiles x\n /b /c\n")).toEqual({ bases: ["/a.tar"], copied: ["/b"], registries: [] });
    expect(definitionFiles("From: /a b\nbootstrap: OCI\n%post\nx\nBootstrap: docker-archive\nFrom: /c.tar\n").bases).toEqual(["/a b", "/c.tar"]);
    expect(() => definitionFiles("Bootstrap: docker-archive\nFrom: c.tar\n")).toThrow("absolute path");
  });

  it.each(["data/x", "/data/*", "/data/[a-z]"])("are refused where they cannot be named from here: %s", (file) => {
    expect(() => definitionFiles(`%files\n  ${file} /x\n`)).toThrow("absolute path without a pattern");
  });
});

describe("credentials", () => {
  const account = { registry: "docker.io", username: "alice", password: secret("canary") };

  it("are for their own registry, under each of its names", () => {
    expect([undefined, "docker.io", "index.docker.io"].map((registry) => credentialsFor(account, registry))).toEqual([account, account, account]);
    expect(["docker.io:443", "evil.example.org", "registry.docker.io"].map((registry) => credentialsFor(account, registry))).toEqual([undefined, undefined, undefined]);
    expect(() => imageStore({ root: "/x", credentials: { ...account, registry: "https://docker.io" } })).toThrow("a host, or host:port");
  });

  it("reach the engine for a definition only if nobody else would be told", async () => {
    const store = imageStore({ root: "/x", credentials: { ...account, registry: "r.example.org" } });
    const given = async (text: string): Promise<unknown> => (await planSource({ definition: { text } }, store, scriptedTransport(() => ({})), { architecture: undefined, signer: undefined })).credentials;
    expect(await given("Bootstrap: docker\nFrom: r.example.org/a:1\n")).toBe(store.credentials);
    expect(await given("Bootstrap: docker\nFrom: debian:12\n")).toBeUndefined();
    expect(await given("Bootstrap: docker\nRegistry: evil.example.org\nFrom: r.example.org/a:1\n")).toBeUndefined();
    expect(await given("Bootstrap: debootstrap\nOSVersion: trixie\n")).toBeUndefined();
    expect(await given("Bootstrap: docker\nFrom: r.example.org/a:1\nStage: a\n%post\nBootstrap: docker\nFrom: evil.example.org/a\n")).toBeUndefined();
  });
});

describe("the header of a SIF", () => {
  it("tells the architecture, and what is no SIF", () => {
    expect(parseSifHeader("5349465f4d41474943003031003032")).toBe("amd64");
    expect(parseSifHeader("5349465f4d41474943003031003034\n")).toBe("arm64");
    expect(parseSifHeader("5349465f4d41474943003031003939")).toBe("unknown");
    for (const other of ["", "7f454c46", "5349465f4d4147494300"]) expect(parseSifHeader(other)).toBeUndefined();
    expect([architectureOf("x86_64"), architectureOf("aarch64"), architectureOf("vax")]).toEqual(["amd64", "arm64", "unknown"]);
  });
});

describe("a registry's challenge", () => {
  it("is read whatever its parameters hold", () => {
    expect(parseChallenge('Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"')).toEqual({
      scheme: "bearer",
      parameters: { realm: "https://auth.docker.io/token", service: "registry.docker.io", scope: "repository:a/b:pull,push" },
    });
    expect(parseChallenge("Basic realm=x")).toEqual({ scheme: "basic", parameters: { realm: "x" } });
    expect([parseChallenge(undefined), parseChallenge("Negotiate")]).toEqual([undefined, undefined]);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("realm", "service", "scope"), fc.string()), (parameters) => {
        const written = Object.entries(parameters).map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, "\\$&")}"`).join(", ");
        expect(parseChallenge(`Bearer ${written}`)?.parameters).toEqual({ ...parameters });
      }),
    );
  });
});
