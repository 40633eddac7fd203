import { secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { digestOf, submissionToken } from "./submission-key.js";

const own = { cluster: "c", uid: 2001, key: "daily" };

describe("submissionToken", () => {
  it("is the same wherever it is made", () => {
    expect(submissionToken(own)).toMatch(/^[0-9a-f]{32}$/);
    expect(submissionToken({ ...own })).toBe(submissionToken({ ...own, namespace: "" }));
  });

  it("differs with each of its parts, wherever one ends and the next begins", () => {
    const others = [{ ...own, cluster: "d" }, { ...own, uid: 2002 }, { ...own, key: "nightly" }, { ...own, namespace: "x" }, { ...own, namespace: "da", key: "ily" }, { ...own, cluster: "c2", uid: 1 }];
    expect(new Set([own, ...others].map(submissionToken)).size).toBe(others.length + 1);
  });
});

describe("digestOf", () => {
  it("knows no order of keys, and nothing of what is undefined", () => {
    expect(digestOf({ a: 1, b: { c: [1, 2], d: undefined } })).toBe(digestOf({ b: { c: [1, 2] }, a: 1 }));
    expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }));
  });

  it("takes a secret that was renewed for the same, and one in another place for another", () => {
    expect(digestOf({ token: secret("old") })).toBe(digestOf({ token: secret("new") }));
    expect(digestOf({ token: secret("old") })).not.toBe(digestOf({ token: "old" }));
  });
});
