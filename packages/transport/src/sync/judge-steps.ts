import { octets, type Octets } from "../guard/octets.js";
import type { TreeEntry } from "../tree/tree-snapshot.js";
import { difference } from "./same-content.js";
import type { SyncStep } from "./sync-plan.js";
import { ancestorsOf } from "./tree-path.js";

/** A step for which content travels: a file or a link. */
export type TravellingStep = Extract<SyncStep, { readonly action: "create" | "replace" }>;

export const travelling = (steps: readonly SyncStep[]): readonly TravellingStep[] =>
  steps.filter((step): step is TravellingStep => (step.action === "create" || step.action === "replace") && step.source.kind !== "folder");

/** Entries by their path's bytes, as they are found when a plan is applied. */
export type Sighting = ReadonlyMap<Octets, TreeEntry>;

export interface Sightings {
  /** Of all that travels, after it was read. */
  readonly sources: Sighting;
  /** Of all that steps are about, right before they are done. */
  readonly targets: Sighting;
  /** What was written aside. */
  readonly staged: Sighting;
}

export interface Judgement {
  /** Steps that can be done as they were planned. */
  readonly steps: readonly SyncStep[];
  /** Steps that cannot, as something has changed. */
  readonly outdated: readonly SyncStep[];
  /** What was to travel, has not changed, and yet is not there as it was sent. */
  readonly broken: readonly SyncStep[];
}

/** Pure: holds each step against what is found now. With an entry fall the steps below it, and the file for which it would have to make room. */
export function judgeSteps(steps: readonly SyncStep[], { sources, targets, staged }: Sightings): Judgement {
  const moving = new Set<SyncStep>(travelling(steps));
  const changed = steps.filter((step) => {
    const key = octets(step.path);
    const target = "target" in step ? step.target : undefined;
    return !isAsPlanned(target, targets.get(key)) || (moving.has(step) && "source" in step && !isAsPlanned(step.source, sources.get(key)));
  });
  const fallen = new Set(changed.map(({ path }) => octets(path)));
  const makingRoom = new Set(steps.filter((step) => step.action === "replace" && step.target.kind === "folder").map(({ path }) => octets(path)));
  for (const key of [...fallen]) for (const above of ancestorsOf(key)) if (makingRoom.has(above)) fallen.add(above);
  const isFallen = ({ path }: SyncStep): boolean => fallen.has(octets(path)) || ancestorsOf(octets(path)).some((above) => fallen.has(above));
  const kept = steps.filter((step) => !isFallen(step));
  return { steps: kept, outdated: steps.filter(isFallen), broken: kept.filter((step) => moving.has(step) && "source" in step && !hasArrived(step.source, staged.get(octets(step.path)))) };
}

/** A folder is one whatever happens in it. */
function isAsPlanned(planned: TreeEntry | undefined, found: TreeEntry | undefined): boolean {
  if (planned === undefined || found === undefined) return planned === found;
  if (planned.kind !== found.kind) return false;
  return planned.kind === "folder" || (planned.stamp === found.stamp && planned.sizeBytes === found.sizeBytes);
}

const hasArrived = (source: TreeEntry, staged: TreeEntry | undefined): boolean => staged !== undefined && difference(source, staged, "time") === undefined;
