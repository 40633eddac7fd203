import { z } from "zod";
import { parsePathListInput } from "./path-list-input.js";

/** Folders of a variable like `PATH`. Each stands once, at the first place, where a search would find it. */
export interface PathList {
  readonly kind: "path-list";
  /** Whether what the variable holds where the command runs stands between `before` and `after`: no layer gave a whole list. */
  readonly inherits: boolean;
  readonly before: readonly string[];
  /** Empty unless it inherits. */
  readonly after: readonly string[];
}

/**
 * How a list of folders is written in a layer:
 * - a list, or text with `:` between the folders: the whole list, whatever the layers below say;
 * - `{ prepend, append }`: folders before and behind what the layers below say, or, where none of them gives a whole list,
 *   before and behind what the variable holds where the command runs.
 *
 * A folder may hold a reference: `${VENV}/bin`.
 */
export type PathListInput =
  | string
  | readonly string[]
  | { readonly prepend?: string | readonly string[] | undefined; readonly append?: string | readonly string[] | undefined }
  | PathList;

/** Named, because the loader recognises the schema by it, through `optional()`, `describe()` and the like. */
export const isPathListInput = (value: unknown): boolean => isPathList(value) || parsePathListInput(value).kind === "read";

/** A variable that is a list of folders, such as `PATH` or `PYTHONPATH`, to which each layer may add. */
export const pathList = (): z.ZodType<PathList, PathListInput> =>
  z.custom<PathListInput>(isPathListInput, 'expected a list of folders, text with ":" between them, or { prepend, append }').transform(toPathList);

export const isPathList = (value: unknown): value is PathList =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "path-list" && "before" in value && Array.isArray(value.before) && "after" in value && Array.isArray(value.after);

export function createPathList({ inherits, before, after }: Omit<PathList, "kind">): PathList {
  const first = [...new Set(before)];
  const last = [...new Set(after)].filter((folder) => !first.includes(folder));
  return inherits ? { kind: "path-list", inherits, before: first, after: last } : { kind: "path-list", inherits, before: [...first, ...last], after: [] };
}

/** The list as one text, for who has no shell; `undefined` where it adds to what the variable holds over there. */
export const joinPathList = ({ inherits, before }: PathList): string | undefined => (inherits ? undefined : before.join(":"));

/** Of a schema's own default, in which nothing is a reference. */
function toPathList(input: PathListInput): PathList {
  if (isPathList(input)) return input;
  const parsed = parsePathListInput(input);
  const texts = parsed.kind === "read" ? { before: parsed.before, after: parsed.after } : { before: [], after: [] };
  return createPathList({ inherits: parsed.kind === "read" && parsed.inherits, before: texts.before.map(({ text }) => text), after: texts.after.map(({ text }) => text) });
}
