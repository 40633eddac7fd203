import type { ProfileBind } from "../engine/engine-profile.js";
import type { Probe } from "../engine/probe-script.js";
import { EngineError } from "../error/apptainer-errors.js";
import { mountPath } from "../mount/mount-path.js";
import type { Mount } from "../mount/mount.js";
import type { ContainerSettings } from "./container-options.js";

/** An engine's configuration that lets accounts mount nothing, and what it binds itself. */
export interface ClosedConfiguration {
  readonly file: string;
  readonly binds: readonly { readonly source: string; readonly destination: string }[];
}

/** Undefined where accounts may mount, or the configuration could not be read. */
export function closedConfiguration(probe: Probe): ClosedConfiguration | undefined {
  const file = probe.first("closed");
  return file === undefined ? undefined : { file, binds: probe.all("bind").map(configuredBind) };
}

/** `source[:destination]` of a `bind path`. What may stand behind it, `:ro`, the engine passes over (1.4.5). */
export function configuredBind(line: string): { readonly source: string; readonly destination: string } {
  const [source = "", destination = source] = line.split(":");
  return { source, destination: destination === "" ? source : destination };
}

/** Where a profile's bind is seen. */
export const profileMount = ({ source, destination = source, readOnly = false }: ProfileBind): Mount & Required<ProfileBind> => ({ source: mountPath(source), destination: mountPath(destination), readOnly });

/**
 * Options with what a site's profile binds among their mounts. Each takes the place of what the engine's configuration binds there, so
 * that nothing is mounted twice, and what is missing on a host ends a launch instead of a note. Where accounts may mount nothing, what the
 * configuration binds is left to it.
 */
export function withSite(settings: ContainerSettings): ContainerSettings {
  const { site, withoutMounts = [], closed } = settings;
  const binds = (site?.binds ?? []).map(profileMount).filter((bind) => !withoutMounts.includes(bind.destination) && closed?.binds.some((each) => isSame(each, bind)) !== true);
  if (binds.length === 0) return settings;
  return { ...settings, mounts: [...settings.mounts, ...binds], withoutMounts: [...withoutMounts, ...binds.map(({ destination }) => destination)] };
}

const isSame = (one: { readonly source: string; readonly destination: string }, { source, destination }: Mount): boolean => one.source === source && one.destination === destination;

/**
 * The engine would leave out what it may not mount, say so in a warning or not at all (scratch folders), and start the command.
 * @param count - how many mounts the launch has.
 * @throws EngineError `mounts-refused`
 */
export function refuseWhereClosed({ closed, gpu, scratch = [], workFolder }: ContainerSettings, count: number): void {
  if (closed === undefined) return;
  const wanted = [...(count === 0 ? [] : ["mounts"]), ...(gpu === undefined ? [] : ["the libraries of a GPU's driver"]), ...(scratch.length === 0 ? [] : ["scratch folders"]), ...(workFolder === undefined ? [] : ["a work folder"])];
  if (wanted.length === 0) return;
  throw new EngineError("mounts-refused", `the launch needs ${wanted.join(", ")}, and accounts may mount nothing here: ${closed.file} has "user bind control = no". Ask for yes, or use only paths that the site binds itself (describeBinds tells them)`, { detail: { file: closed.file, wanted } });
}
