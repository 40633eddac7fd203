import { expect, it } from "vitest";
import { compareTrees } from "./compare-trees.js";
import type { TreeEntry, TreeSnapshot } from "./tree-snapshot.js";

const entry = (changes: Partial<TreeEntry> = {}): TreeEntry => ({
  path: "a",
  kind: "file",
  sizeBytes: 1,
  mode: 0o644,
  modifiedAtSeconds: 1,
  stamp: "1.0 1.0 7",
  target: undefined,
  sha256: undefined,
  ...changes,
});
const tree = (...entries: readonly TreeEntry[]): TreeSnapshot => ({ root: "/r", takenAtSeconds: 10, entries });

const isModified = (before: Partial<TreeEntry>, after: Partial<TreeEntry>): boolean => compareTrees(tree(entry(before)), tree(entry(after))).modified.length === 1;

it("takes a file for modified by its size, by any of its times, or by its inode", () => {
  expect(isModified({}, {})).toBe(false);
  expect(isModified({}, { sizeBytes: 2 })).toBe(true);
  expect(isModified({}, { stamp: "1.0 2.0 7" })).toBe(true);
  expect(isModified({}, { stamp: "1.0 1.0 8" })).toBe(true);
});

it("believes digests before times, and only where it has both", () => {
  expect(isModified({ sha256: "x" }, { sha256: "x", stamp: "2.0 2.0 7" })).toBe(false);
  expect(isModified({ sha256: "x" }, { sha256: "y" })).toBe(true);
  expect(isModified({ sha256: "x" }, { stamp: "2.0 2.0 7" })).toBe(true);
});

it("takes a link for modified by where it points, a folder never, and another kind always", () => {
  const link = { kind: "symlink", target: "x" } as const;
  expect(isModified(link, { ...link, stamp: "2.0 2.0 7" })).toBe(false);
  expect(isModified(link, { ...link, target: "y" })).toBe(true);
  expect(isModified({ kind: "folder" }, { kind: "folder", stamp: "2.0 2.0 7", sizeBytes: 2 })).toBe(false);
  expect(isModified({ kind: "folder" }, { kind: "file" })).toBe(true);
});

it("tells names apart by their bytes", () => {
  const bytes = new Uint8Array([0xff]);
  expect(compareTrees(tree(entry({ path: bytes })), tree(entry({ path: new Uint8Array([0xff]) })))).toEqual({ created: [], modified: [], deleted: [] });
  expect(compareTrees(tree(entry({ path: bytes })), tree(entry({ path: "ÿ" })))).toMatchObject({ created: [{ path: "ÿ" }], deleted: [{ path: bytes }] });
});
