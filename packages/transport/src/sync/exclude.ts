import type { FileKind } from "@hpckit/core";
import { octets, type Octets } from "../guard/octets.js";

/** Whether a path is left out by itself. */
export type Exclusion = (path: Octets, kind: FileKind) => boolean;

/**
 * Patterns in the manner of gitignore(5): `*` and `?` stand for anything but a slash, `**` for anything. One with a slash before its end is
 * matched against the whole path, any other against the name at any depth; a slash at the end means folders alone.
 */
export function exclusion(patterns: readonly string[]): Exclusion {
  const tests = patterns.map((pattern) => {
    const body = octets(pattern).replace(/\/$/, "");
    const expression = toExpression(body.replace(/^\//, ""), body.includes("/"));
    return (path: Octets, kind: FileKind): boolean => (kind === "folder" || !pattern.endsWith("/")) && expression.test(path);
  });
  return (path, kind) => tests.some((test) => test(path, kind));
}

function toExpression(pattern: Octets, isWhole: boolean): RegExp {
  const source = pattern.replaceAll(/\*\*\/|\*\*|\*|\?|[^]/g, (piece) => {
    if (piece === "**/") return "(?:[^]*/)?";
    if (piece === "**") return "[^]*";
    if (piece === "*") return "[^/]*";
    if (piece === "?") return "[^/]";
    return piece.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw`\$&`);
  });
  return new RegExp(`${isWhole ? "^" : "(?:^|/)"}${source}$`);
}
