import { Secret } from "@hpckit/core";
import type { Origin } from "../config/config-error.js";
import { expandText } from "../reference/expand-value.js";
import { unresolved, type ExpansionContext } from "../reference/unresolved.js";
import type { LayeredFolder, LayeredPathList } from "./layered-path-list.js";
import { createPathList, isPathList, type PathList } from "./path-list.js";
import { refusedFolder } from "./path-list-input.js";

/** One folder of a list, and where it was written. */
export interface PlacedFolder extends Origin {
  readonly folder: string;
}

export interface ExpandedPathList {
  readonly list: PathList;
  readonly folders: readonly PlacedFolder[];
}

/** Expands the references of a list, each folder by itself. One that is a reference to a list takes in its folders. */
export function expandPathList(layered: LayeredPathList, context: Pick<ExpansionContext, "name" | "lookup">): ExpandedPathList {
  const placed = (folders: readonly LayeredFolder[]): readonly PlacedFolder[] =>
    folders.flatMap((one) => expandFolder(one, { ...context, origin: one.origin }).map((folder) => ({ folder, ...one.origin })));
  const before = placed(layered.before);
  const after = placed(layered.after);
  const list = createPathList({ inherits: layered.inherits, before: before.map(({ folder }) => folder), after: after.map(({ folder }) => folder) });
  const all = [...before, ...after];
  return { list, folders: all.filter(({ folder }, index) => all.findIndex((other) => other.folder === folder) === index) };
}

function expandFolder({ text, literal }: LayeredFolder, context: ExpansionContext): readonly string[] {
  const value = literal ? text : expandText(text, context);
  if (isPathList(value) && value.inherits) throw unresolved(context, "takes in a list that itself adds to what holds where the command runs; give that one a whole list");
  const folders: readonly unknown[] = isPathList(value) ? value.before : Array.isArray(value) ? value : [value];
  return folders.map((folder) => {
    if (folder instanceof Secret) throw unresolved(context, "takes in a secret, which a list of folders would show; name the folder without it");
    if (typeof folder !== "string") throw unresolved(context, "a folder of the list is no text");
    const reason = refusedFolder(folder);
    if (reason !== undefined) throw unresolved(context, reason);
    return folder;
  });
}
