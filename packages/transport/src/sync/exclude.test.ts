import { expect, it } from "vitest";
import { octets } from "../guard/octets.js";
import { exclusion } from "./exclude.js";

const matches = (pattern: string, path: string, kind: "file" | "folder" = "file"): boolean => exclusion([pattern])(octets(path), kind);

it("matches a name at any depth, and a path with a slash as a whole", () => {
  expect(["a.log", "sub/a.log", "a.log/x", "a.logs"].map((path) => matches("*.log", path))).toEqual([true, true, false, false]);
  expect(["sub/a.log", "a.log", "deep/sub/a.log"].map((path) => matches("sub/*.log", path))).toEqual([true, false, false]);
  expect(["a", "sub/a"].map((path) => matches("/a", path))).toEqual([true, false]);
});

it("knows one, many and all folders between", () => {
  expect(["a/c", "a/b/c", "a/b/b/c", "ac"].map((path) => matches("a/**/c", path))).toEqual([true, true, true, false]);
  expect(["c", "a/c"].map((path) => matches("**/c", path))).toEqual([true, true]);
  expect(["b", "ab", "a/b"].map((path) => matches("?", path))).toEqual([true, false, true]);
  expect(["a/b", "a/b/c", "a"].map((path) => matches("a/**", path))).toEqual([true, true, false]);
});

it("takes a slash at the end for folders alone, and all other signs for themselves", () => {
  expect([matches("logs/", "x/logs", "folder"), matches("logs/", "logs")]).toEqual([true, false]);
  expect([matches("a.b[c]+(d|e){2}^$", "a.b[c]+(d|e){2}^$"), matches("a.b", "axb"), matches("é?", "é1"), matches("a\nb", "a\nb"), matches("a\\b", "a\\b")]).toEqual([true, false, true, true, true]);
});
