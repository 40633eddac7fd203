import { OptionsError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { docker, engineReference, formatReference, isPinned, library, oras, parseReference, webImage } from "./image-reference.js";
import { dockerArchive, ociArchive, ociFolder } from "./local-source.js";

const sha = `sha256:${"0f".repeat(32)}`;
const text = (first: string, others: string, options: { readonly maxLength: number }): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...first), fc.string({ unit: fc.constantFrom(...others), ...options })).map(([one, rest]) => one + rest);
const word = text("abz09", "abz09", { maxLength: 5 });
const repository = fc.array(fc.tuple(word, fc.constantFrom(".", "_", "__", "-", "---"), word).map((parts) => parts.join("")), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const host = fc.oneof(fc.constant("localhost"), fc.tuple(word, word).map((parts) => parts.join(".")), fc.tuple(word, fc.integer({ min: 1, max: 65_535 })).map(([name, port]) => `${name}:${port}`));
const tag = text("aZ_9", "aZ_9.-", { maxLength: 20 });
const digest = fc.constant(sha);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined });
const path = fc.string({ unit: fc.constantFrom("a", " ", ",", '"', "@", "é", "/", "\n", "$", "."), minLength: 1 }).map((rest) => `/${rest}x`);

describe("a reference", () => {
  it("is read back as it was written, with all its parts", () => {
    const registry = fc.record({ kind: fc.constant("docker" as const), registry: maybe(host), repository: repository.filter((each) => !/^[^/]*[.][^/]*\//.test(each)), tag: maybe(tag), digest: maybe(digest) });
    const stored = fc.record({ kind: fc.constant("oras" as const), registry: host, repository, tag: maybe(tag), digest: maybe(digest) });
    const local = fc.record({ kind: fc.constantFrom("docker-archive" as const, "oci-archive" as const), path, tag: maybe(tag) });
    fc.assert(
      fc.property(fc.oneof(registry, stored, local), (reference) => {
        expect(parseReference(formatReference(reference))).toEqual(reference);
      }),
      { numRuns: 500 },
    );
  });

  it("is refused, never bent, whatever it is", () => {
    const hostile = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom("a", "B", ":", "/", "@", ".", "-", "_", "1", " ", "é"), maxLength: 30 }));
    fc.assert(
      fc.property(fc.constantFrom("docker://", "oras://", "library://", "docker-archive:/", "oci:/", ""), hostile, (scheme, rest) => {
        try {
          expect(formatReference(parseReference(scheme + rest))).toBe(scheme + rest);
        } catch (error) {
          if (!(error instanceof OptionsError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });

  it("tells a host from the first part of a name", () => {
    expect(docker("debian:12")).toEqual({ kind: "docker", registry: undefined, repository: "debian", tag: "12", digest: undefined });
    expect(docker("docker://host:5000/a/b@" + sha)).toEqual({ kind: "docker", registry: "host:5000", repository: "a/b", tag: undefined, digest: sha });
    expect(docker("user/image").registry).toBeUndefined();
    expect(docker("ghcr.io/user/image").registry).toBe("ghcr.io");
    expect(library("library://lib.example.org:80/e/c/x:1")).toEqual({ kind: "library", host: "lib.example.org:80", path: "e/c/x", tag: "1" });
  });

  it.each([
    ["docker://Debian", "no repository"],
    ["docker://debian:", "no tag"],
    ["docker://debian@sha256:12", "no digest"],
    [`docker://debian@${sha}@${sha}`, 'more than one "@"'],
    ["docker://host:99999/x", "no host"],
    ["docker://[::1]:5000/x", "no host"],
    ["docker://", "no repository"],
    ["oras://image:tag", "needs a host"],
    ["library://a/b/c/d/e", "more parts"],
    ["library://a/b c", "no name"],
    ["https://user:secret@host/x.sif", "sign in by the engine's own means"],
    ["https://host/x.sif#a", "never sent"],
    ["docker-archive:x.tar", "not an absolute path"],
    ["shub://a/b", "it begins with docker://"],
    ["/x.sif", "it begins with docker://"],
  ])("%s is refused: %s", (given, reason) => {
    expect(() => parseReference(given)).toThrow(reason);
  });

  it("goes to the engine without the tag beside a digest, which it would refuse", () => {
    const pinned = docker(`debian:12@${sha}`);
    expect(formatReference(pinned)).toBe(`docker://debian:12@${sha}`);
    expect(engineReference(pinned)).toBe(`docker://debian@${sha}`);
    expect([isPinned(pinned), isPinned(docker("debian:12")), isPinned(ociFolder("/x", { digest: sha })), isPinned(oras("h:1/x"))]).toEqual([true, false, true, false]);
  });

  it("shows no secret of an address that is refused", () => {
    expect(() => webImage("https://user:canary@host/x")).toThrow(/^(?!.*canary)/);
  });
});

describe("a local source", () => {
  it("is refused where a colon would end its path", () => {
    expect(() => ociArchive("/a:b.tar")).toThrow("rename it");
    expect(() => dockerArchive("a.tar", { tag: "-x" })).toThrow("is not an absolute path; tag:");
    expect(() => ociFolder("/x", { digest: "sha256:1" })).toThrow("digest: ");
    expect(engineReference(ociFolder("/a b, c", { tag: "t" }))).toBe("oci:/a b, c:t");
  });
});
