import type { FilePolicy } from "@hpckit/core";
import { octets, type Octets } from "../guard/octets.js";
import { travelling, type Judgement } from "./judge-steps.js";
import type { SyncStep } from "./sync-plan.js";
import { isOpen } from "./open-mode.js";
import { ancestorsOf, depthOf, nameOf, parentOf } from "./tree-path.js";

/**
 * What is done in one folder of the target in one go. `folder` is relative to the root, and empty for the root itself; `names` stand in it.
 * `place` gives what was written aside its names; `remove-folders` takes empty ones, and `mustGo` says that one which is not is an error.
 *
 * What is new as a whole right below the root is made aside, and placed at once: `make-aside` makes folders among what was written aside and gives
 * them their modes, `adopt` places them with all that is in them. `discard` removes what was written aside and shall not be placed after all.
 */
export type FolderWork =
  | { readonly kind: "discard"; readonly folder: ""; readonly names: readonly Octets[] }
  | { readonly kind: "make-aside"; readonly folder: ""; readonly names: readonly Octets[]; readonly mode: number; readonly group: string | undefined }
  | { readonly kind: "adopt"; readonly folder: ""; readonly names: readonly Octets[] }
  | { readonly kind: "unlink"; readonly folder: Octets; readonly names: readonly Octets[] }
  | { readonly kind: "place"; readonly folder: Octets; readonly names: readonly Octets[] }
  | { readonly kind: "remove-folders"; readonly folder: Octets; readonly names: readonly Octets[]; readonly mustGo: boolean }
  | { readonly kind: "make-folders"; readonly folder: Octets; readonly names: readonly Octets[]; readonly mode: number }
  | { readonly kind: "set-file-modes"; readonly folder: Octets; readonly names: readonly Octets[]; readonly mode: number }
  | { readonly kind: "set-folder-mode"; readonly folder: Octets; readonly mode: number; readonly group: string | undefined };

type Keyed = SyncStep & { readonly key: Octets };

/**
 * Pure: the steps of a plan in the order in which an interruption at any instant leaves each file old or new as a whole, and deletes nothing
 * before its successor stands. Only what a folder holds that becomes a file goes first.
 */
export function orderWork({ steps, outdated }: Pick<Judgement, "steps" | "outdated">, policy: FilePolicy | undefined): readonly FolderWork[] {
  const keyed = steps.map((step): Keyed => ({ ...step, key: octets(step.path) }));
  const giveWay = keyed.filter((step) => step.action === "replace" && step.target.kind === "folder");
  const givingWay = new Set(giveWay.map(({ key }) => key));
  const deleted = keyed.filter(({ action }) => action === "delete");
  const isEarly = ({ key }: Keyed): boolean => ancestorsOf(key).some((above) => givingWay.has(above));
  const early = deleted.filter(isEarly);
  const late = deleted.filter((step) => !isEarly(step));
  const made = keyed.filter((step) => (step.action === "create" || step.action === "replace") && step.source.kind === "folder");
  const adopted = new Set(made.filter(({ action, key }) => action === "create" && parentOf(key) === "").map(({ key }) => key));
  const isAdopted = ({ key }: Keyed): boolean => adopted.has(key.split("/", 1)[0] ?? "");
  const placed = keyed.filter((step) => (step.action === "create" || step.action === "replace") && step.source.kind !== "folder" && !isAdopted(step));
  const modes = keyed.filter((step) => step.action === "set-mode");
  const folderModes = modes.filter(({ source }) => source.kind === "folder");
  const closed = keyed.filter((step) => "target" in step && step.target.kind === "folder" && !isOpen(step.target.mode));
  return [
    ...openFolders(closed),
    ...remove([...early, ...giveWay], true),
    ...byFolder(made.filter(({ action }) => action === "replace")).map(([folder, names]): FolderWork => ({ kind: "unlink", folder, names })),
    ...some("discard", travelling(outdated).map(({ path }) => octets(path))),
    ...makeAside(made.filter(isAdopted), policy?.group),
    ...some("adopt", [...adopted]),
    ...makeFolders(made.filter((step) => !isAdopted(step)), policy),
    ...byFolder(placed).map(([folder, names]): FolderWork => ({ kind: "place", folder, names })),
    ...setFileModes(modes.filter(({ source }) => source.kind !== "folder")),
    ...setFolderModes(made.filter((step) => (isAdopted(step) ? modeOf(step) !== openMode(step) : modeOf(step) !== firstMode(modeOf(step), policy) || policy?.group !== undefined)), policy?.group),
    ...remove(late, false),
    ...setFolderModes(folderModes, undefined),
  ];
}

/** From the top on: what is in a folder cannot be reached before. */
const openFolders = (steps: readonly Keyed[]): readonly FolderWork[] =>
  [...deepestFirst(steps)].reverse().flatMap((step): readonly FolderWork[] => ("target" in step ? [{ kind: "set-folder-mode", folder: step.key, mode: step.target.mode | 0o700, group: undefined }] : []));

const modeOf = (step: Keyed): number => (step.action === "delete" ? 0 : step.mode);

const some = (kind: "discard" | "adopt", names: readonly Octets[]): readonly FolderWork[] => (names.length === 0 ? [] : [{ kind, folder: "", names }]);

/** Open to its owner until it is full. What is aside is closed to all others in any case. */
const openMode = (step: Keyed): number => modeOf(step) | 0o700;

const makeAside = (made: readonly Keyed[], group: string | undefined): readonly FolderWork[] =>
  [...new Set(made.map(openMode))].map((mode) => ({ kind: "make-aside", folder: "", names: made.filter((step) => openMode(step) === mode).map(({ key }) => key), mode, group }));

/** Open to its owner until it is full, and closed to all others until it has its group. */
const firstMode = (mode: number, policy: FilePolicy | undefined): number => (policy?.group === undefined ? mode | 0o700 : 0o700);

function makeFolders(made: readonly Keyed[], policy: FilePolicy | undefined): readonly FolderWork[] {
  return byFolderAndMode(made, (step) => firstMode(modeOf(step), policy))
    .map(({ folder, mode, names }): FolderWork => ({ kind: "make-folders", folder, names, mode }))
    .sort((one, other) => depthOf(one.folder) - depthOf(other.folder));
}

const setFileModes = (steps: readonly Keyed[]): readonly FolderWork[] =>
  byFolderAndMode(steps, modeOf).map(({ folder, mode, names }): FolderWork => ({ kind: "set-file-modes", folder, names, mode }));

/** Deepest first: whoever may not enter a folder any more cannot reach what is in it. */
const setFolderModes = (steps: readonly Keyed[], group: string | undefined): readonly FolderWork[] =>
  deepestFirst(steps).map((step): FolderWork => ({ kind: "set-folder-mode", folder: step.key, mode: modeOf(step), group }));

function remove(steps: readonly Keyed[], mustGo: boolean): readonly FolderWork[] {
  const isFolder = (step: Keyed): boolean => "target" in step && step.target.kind === "folder";
  const folders = byFolder(deepestFirst(steps.filter(isFolder)));
  return [
    ...byFolder(steps.filter((step) => !isFolder(step))).map(([folder, names]): FolderWork => ({ kind: "unlink", folder, names })),
    ...folders.map(([folder, names]): FolderWork => ({ kind: "remove-folders", folder, names, mustGo })),
  ];
}

const deepestFirst = (steps: readonly Keyed[]): readonly Keyed[] => [...steps].sort((one, other) => depthOf(other.key) - depthOf(one.key));

/** In the order in which the folders come up. */
function byFolder(steps: readonly Keyed[]): readonly (readonly [Octets, readonly Octets[]])[] {
  const groups = new Map<Octets, Octets[]>();
  for (const { key } of steps) {
    const names = groups.get(parentOf(key)) ?? [];
    names.push(nameOf(key));
    groups.set(parentOf(key), names);
  }
  return [...groups];
}

function byFolderAndMode(steps: readonly Keyed[], mode: (step: Keyed) => number): readonly { readonly folder: Octets; readonly mode: number; readonly names: readonly Octets[] }[] {
  const modes = [...new Set(steps.map(mode))];
  return modes.flatMap((each) => byFolder(steps.filter((step) => mode(step) === each)).map(([folder, names]) => ({ folder, mode: each, names })));
}
