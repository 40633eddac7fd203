import { closeMatch } from "@hpckit/core";
import { isPlainObject } from "../layer/parsed-layer.js";

/** One folder as it is written, and where within the value: `["prepend", "0"]`. */
export interface WrittenFolder {
  readonly text: string;
  readonly at: readonly string[];
}

export type ParsedPathList =
  | { readonly kind: "read"; readonly inherits: boolean; readonly before: readonly WrittenFolder[]; readonly after: readonly WrittenFolder[] }
  | { readonly kind: "refused"; readonly reason: string };

/** Reads what a layer says of a list of folders. Pure. */
export function parsePathListInput(value: unknown): ParsedPathList {
  if (!isPlainObject(value)) {
    const before = foldersOf(value, []);
    return typeof before === "string" ? { kind: "refused", reason: before } : { kind: "read", inherits: false, before, after: [] };
  }
  const unknown = Object.keys(value).find((key) => key !== "prepend" && key !== "append");
  if (unknown !== undefined) return { kind: "refused", reason: unknownKey(unknown) };
  const before = foldersOf(value["prepend"] ?? [], ["prepend"]);
  const after = foldersOf(value["append"] ?? [], ["append"]);
  if (typeof before === "string") return { kind: "refused", reason: `prepend: ${before}` };
  if (typeof after === "string") return { kind: "refused", reason: `append: ${after}` };
  return { kind: "read", inherits: true, before, after };
}

/** @returns the folders, or why they are none. */
function foldersOf(value: unknown, at: readonly string[]): readonly WrittenFolder[] | string {
  if (value === "") return [];
  const texts: readonly unknown[] = typeof value === "string" ? value.split(":") : Array.isArray(value) ? value : [undefined];
  const folders: WrittenFolder[] = [];
  for (const [index, text] of texts.entries()) {
    if (typeof text !== "string") return 'expected a list of folders, or text with ":" between them';
    const reason = refusedFolder(text);
    if (reason !== undefined) return reason;
    folders.push({ text, at: Array.isArray(value) ? [...at, String(index)] : at });
  }
  return folders;
}

/** Why this cannot be one folder of a list, if it cannot. */
export function refusedFolder(text: string): string | undefined {
  if (text === "") return "an empty folder would mean the current one; take it away, or write \".\"";
  if (text.includes(":")) return 'a folder with ":" would be two; no list like PATH can hold it';
  return undefined;
}

function unknownKey(key: string): string {
  const match = closeMatch(key, ["prepend", "append"]);
  return `unknown word "${key}"; ${match === undefined ? "a list takes { prepend, append }" : `did you mean "${match}"?`}`;
}
