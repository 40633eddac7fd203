import { compose, lines, parseOptions, run, type LaunchLayer, type ResolveOptions, type Transport, type UnresolvedLayer, type Word } from "@hpckit/core";
import { hasNoEval, parseEngineVersion, type EngineVersion } from "../engine/engine-version.js";
import { parseProbe, probeClosed, probeEngine, probeImage, type Probe } from "../engine/probe-script.js";
import { EngineError, ImageError } from "../error/apptainer-errors.js";
import type { Image, InstanceImage, SandboxImage } from "../image/image.js";
import type { UnresolvedImage } from "../store/from-store.js";
import { checkPlace, layerOf, readPlace, type Place } from "./container-layer.js";
import { containerSchema, type ContainerOptions, type SandboxContainerOptions } from "./container-options.js";
import type { JoinOptions } from "./join-options.js";
import { namesOfTheEngine } from "./names-of-the-engine.js";
import { closedConfiguration } from "./site-mounts.js";

/**
 * Runs everything to its right inside an image: `compose(command, [container(image), virtualenv(env)])`.
 *
 * When the launch is prepared, engine and image are looked for on the machine that prepares it (in one round trip), so
 * that a launch that cannot start fails there and not in the queue. Where only compute nodes have the engine, use
 * {@link containerLayer}, which looks for nothing.
 *
 * Guarantees: as {@link containerLayer}.
 * @param image - one that is there, or `fromStore(…)`: that is brought to its store first.
 * @throws {@link EngineError} from `prepare`, if the engine is not there or is older than Apptainer 1.1.
 * @throws {@link EngineError} `flag-unsupported` from `prepare`, for options that the engine there does not have.
 * @throws {@link EngineError} `mounts-refused` from `prepare`, where the engine there would leave the launch's mounts out.
 * @throws {@link ImageError} from `prepare`, if the image is not there or cannot be read.
 */
export function container(image: SandboxImage, options?: SandboxContainerOptions): UnresolvedLayer;
export function container(image: InstanceImage, options?: JoinOptions): UnresolvedLayer;
// Of several the compiler tells what is wrong with the last.
export function container(image: Image | UnresolvedImage, options?: ContainerOptions): UnresolvedLayer;
export function container(image: Image | InstanceImage | UnresolvedImage, options: SandboxContainerOptions | JoinOptions = {}): UnresolvedLayer {
  if (image.kind === "unresolved") {
    parseOptions(containerSchema, options, "container", namesOfTheEngine); // before anything is brought to a store
    return { name: "container", resolve: async (on, given) => findIn(readPlace(await image.resolve(on, given), options), on, given) };
  }
  const place = readPlace(image, options);
  return { name: "container", resolve: (on, given) => findIn(place, on, given) };
}

/** Looks for the engine, what it can do, and the image. */
async function findIn(place: Place, on: Transport, { within, signal }: ResolveOptions): Promise<LaunchLayer> {
  const { program, configFile } = place.settings;
  const path = place.kind === "image" ? place.image.path : undefined;
  const probe = lines(probeEngine(program), typeof path === "string" ? probeImage(path) : undefined, path === undefined ? undefined : probeClosed(program, configFile));
  const result = await run(compose(["sh", "-c", probe.shell], within), on, { signal, check: true });
  const report = parseProbe(result.stdout);
  const engine = checkReport(report, path ?? "", program, on);
  checkPlace(place, engine);
  return place.kind === "image" ? layerOf({ ...place, settings: { ...place.settings, engine, closed: closedConfiguration(report) } }) : layerOf({ ...place, settings: { ...place.settings, engine } });
}

function checkReport(report: Probe, path: Word, program: string, on: Transport): EngineVersion {
  const host = on.target.host;
  const version = report.first("version") ?? "-";
  if (version === "-") {
    throw new EngineError("engine-missing", `${program} is not installed on ${host}, or not on the PATH there: give its absolute path as \`program\`, or use containerLayer if only compute nodes have it`);
  }
  const engine = parseEngineVersion(version);
  if (!hasNoEval(engine)) {
    throw new EngineError("engine-too-old", `${version} on ${host} would take values and arguments for shell text: Apptainer 1.1 or newer is needed`, { detail: { version } });
  }
  const image = report.first("image");
  if (image === "missing") {
    throw new ImageError("image-missing", `${shown(path)} is not on ${host}: build it there with buildImage, or correct the path`, { detail: { path } });
  }
  if (image === "unreadable") {
    throw new ImageError("image-unreadable", `${shown(path)} on ${host} cannot be read by ${on.target.user}: ask its owner for read access`, { detail: { path } });
  }
  return engine;
}

const shown = (path: Word): string => (typeof path === "string" ? path : path.shell);

