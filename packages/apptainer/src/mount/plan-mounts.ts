import { OptionsError, PathRefusedError, type HostPath, type ScriptFragment, type Word } from "@hpckit/core";
import { mountPath } from "./mount-path.js";
import { renderMountRecord } from "./mount-record.js";
import type { Mount } from "./mount.js";
import { TakenPaths } from "./taken-paths.js";

export interface MountPlan {
  /** Runs on the host first: takes the paths that are known only there, and refuses those that would not arrive. */
  readonly setup: readonly ScriptFragment[];
  /** Values of `--mount`, in the order in which they must stand. */
  readonly records: readonly Word[];
}

/** What an image brings itself, and cannot do without. */
const imageOwned = /^\/(?:(?:usr|bin|sbin|lib|lib32|lib64|libx32|etc|dev|proc|sys)?|usr\/(?:local|bin|sbin|lib|lib64))$/;

/**
 * Makes one list of what the caller mounts and what the inner layers need.
 *
 * Guarantees: each destination is mounted once (of two, Apptainer would drop the second with only a warning), writable
 * if anyone writes there; a folder stands before what lies in it, or it would cover it.
 * @throws PathRefusedError for a path that cannot arrive, or a need that would cover the image's own system.
 * @throws OptionsError if two sources are wanted at one destination.
 */
export function planMounts(mounts: readonly Mount[], needs: readonly HostPath[]): MountPlan {
  const taken = new TakenPaths("mount", { colons: true });
  const planned = new Map<string, Mount>();
  for (const mount of [...mounts.map(spelled), ...needs.map(neededMount)]) {
    const place = key(mount.destination);
    const there = planned.get(place);
    if (there !== undefined && key(there.source) !== key(mount.source)) throw twoSources(there, mount);
    planned.set(place, there === undefined ? mount : { ...there, readOnly: there.readOnly && mount.readOnly });
  }
  const records = [...planned.values()].sort((one, other) => depth(one) - depth(other)).map((mount) =>
    renderMountRecord({ source: taken.take(mount.source), destination: taken.take(mount.destination), readOnly: mount.readOnly, isImage: mount.isImage }),
  );
  return { setup: taken.setup, records };
}

function spelled(mount: Mount): Mount {
  const destination = spelledPath(mount.destination);
  if (destination === "/") throw new PathRefusedError('nothing can be mounted over the container\'s "/"');
  return { ...mount, source: spelledPath(mount.source), destination };
}

function neededMount({ path, access, imageAt }: HostPath): Mount {
  const source = spelledPath(path);
  const place = imageAt === undefined ? source : mountPath(imageAt);
  if (typeof place === "string" && imageOwned.test(place)) {
    const what = imageAt === undefined ? `the host's ${place}` : `${shown(path)} at ${place}`;
    throw new PathRefusedError(`the command needs ${what}, which cannot be mounted over the image's own: put what it needs there into the image, or elsewhere`);
  }
  return imageAt === undefined ? { source, destination: place, readOnly: access === "read" } : { source, destination: place, readOnly: true, isImage: true };
}

const spelledPath = (path: Word): Word => (typeof path === "string" ? mountPath(path) : path);
const key = (path: Word): string => (typeof path === "string" ? `path ${path}` : `shell ${path.shell}`);

/** How deep it lies; what is known only on the node comes last, because it lies in the folders of others, not they in it. */
const depth = ({ destination }: Mount): number => (typeof destination === "string" ? destination.split("/").length : Infinity);

const shown = (path: Word): string => (typeof path === "string" ? path : path.shell);

const twoSources = (one: Mount, other: Mount): OptionsError =>
  new OptionsError("container", [
    { path: "mounts", message: `${shown(one.destination)} would be both ${shown(one.source)} and ${shown(other.source)} of the host: mount one of them elsewhere` },
  ]);
