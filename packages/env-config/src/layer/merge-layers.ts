import { LayeredPathList } from "../path-list/layered-path-list.js";
import type { Setting } from "./read-setting.js";

/** The value that holds, and those that it overrode, latest first. */
export interface MergedSetting extends Setting {
  readonly overrode: readonly Setting[];
}

/** Variables by name, e.g. `resources.memory`. */
export type MergedSettings = ReadonlyMap<string, MergedSetting>;

export const nameOf = (path: readonly string[]): string => path.join(".");

/** Lays layers over each other: the last one that names a variable decides. Objects are merged, lists are replaced; a list of folders may be added to. */
export function mergeLayers(layers: readonly (readonly Setting[])[]): MergedSettings {
  const merged = new Map<string, MergedSetting>();
  for (const setting of layers.flat()) {
    const below = merged.get(nameOf(setting.path));
    if (below?.value instanceof LayeredPathList && setting.value instanceof LayeredPathList && setting.value.inherits) {
      merged.set(nameOf(setting.path), { ...setting, value: setting.value.over(below.value), overrode: below.overrode });
      continue;
    }
    const covered = [...merged].filter(([, other]) => isWithin(other.path, setting.path) || isWithin(setting.path, other.path));
    for (const [name] of covered) merged.delete(name);
    merged.set(nameOf(setting.path), { ...setting, overrode: covered.flatMap(([, { overrode, ...other }]) => [other, ...overrode]) });
  }
  return merged;
}

const isWithin = (path: readonly string[], outer: readonly string[]): boolean => outer.every((name, index) => path[index] === name);
