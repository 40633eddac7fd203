import { OptionsError, parseOptions, type HostPath, type Launch, type LaunchLayer } from "@hpckit/core";
import { engineRules } from "../engine/engine-options.js";
import type { EngineVersion } from "../engine/engine-version.js";
import { flagRefusal } from "../engine/flags/flag-support.js";
import { writeFlags } from "../engine/flags/flag-rule.js";
import { placeSchema, type Image, type InstanceImage, type SandboxImage } from "../image/image.js";
import { isUnder } from "../mount/mount-path.js";
import type { Mount } from "../mount/mount.js";
import { planMounts } from "../mount/plan-mounts.js";
import { TakenPaths } from "../mount/taken-paths.js";
import { enginePrefix } from "../variable/crossing.js";
import { containerSchema, type ContainerInput, type ContainerOptions, type ContainerSettings, type SandboxContainerOptions } from "./container-options.js";
import { containerRules } from "./container-rules.js";
import { joinRules, joinSchema, settledAtStart, type JoinOptions, type JoinSettings } from "./join-options.js";
import { namesOfTheEngine } from "./names-of-the-engine.js";
import { passphraseVariable } from "./options/decryption.js";
import { mpiPaths } from "./options/mpi.js";
import { pmixMount, takePmixFolder } from "./pmix-folder.js";
import { gpuCheck } from "./require-gpu.js";
import { refuseWhereClosed, withSite } from "./site-mounts.js";
import { checkFlags, startAcross, type Start } from "./start-container.js";

/**
 * Runs everything to its right inside an image, without looking whether engine and image are there: {@link container}
 * does that first. Or inside an instance that runs already, which takes only what it honours. Pure.
 *
 * Guarantees: arguments, variables and paths arrive byte for byte, or the launch is refused with a reason; what inner
 * layers need is mounted at its own path, read-only unless they write there; no secret stands in an argument.
 * @throws OptionsError for options that the engine refuses or silently ignores together; while it is applied, for a step
 * that cannot run inside.
 * @throws PathRefusedError while it is applied, for a path that cannot be mounted.
 * @throws EngineError `flag-unsupported` while it is applied, for an option that `engine` does not have.
 */
export function containerLayer(image: SandboxImage, options?: SandboxContainerOptions): LaunchLayer;
export function containerLayer(image: InstanceImage, options?: JoinOptions): LaunchLayer;
// Of several the compiler tells what is wrong with the last.
export function containerLayer(image: Image, options?: ContainerOptions): LaunchLayer;
export function containerLayer(image: Image | InstanceImage, options: SandboxContainerOptions | JoinOptions = {}): LaunchLayer {
  return layerOf(readPlace(image, options));
}

export const layerOf = (place: Place): LaunchLayer => ({
  name: "container",
  boundary: "filesystem",
  apply: (inner) => startAcross(place.kind === "instance" ? joinInstance(place.image, place.settings, inner) : startImage(place.image, place.settings, inner), place.settings, inner),
});

/** @throws EngineError `flag-unsupported` for options that an engine does not have, before anything is applied. */
export const checkPlace = (place: Place, engine: EngineVersion): void =>
  checkFlags(engine, place.settings.verb, place.kind === "instance" ? writeFlags(joinRules, place.settings) : writeFlags(containerRules, place.settings), writeFlags(engineRules, place.settings));

/** An image or an instance with its options, after they were checked. */
export type Place =
  | { readonly kind: "image"; readonly image: Image; readonly settings: ContainerSettings }
  | { readonly kind: "instance"; readonly image: InstanceImage; readonly settings: JoinSettings };

export function readPlace(given: Image | InstanceImage, options: ContainerInput | JoinOptions): Place {
  const image = parseOptions(placeSchema, given, "image");
  if (image.kind === "instance") return { kind: "instance", image, settings: parseOptions(joinSchema, options, "container", { ...namesOfTheEngine, ...settledAtStart }) };
  const settings = parseOptions(containerSchema, options, "container", namesOfTheEngine);
  if (image.kind === "sif" && settings.writable === "image") {
    throw new OptionsError("container", [{ path: "writable", message: 'an image in a file is read-only: writable: { overlay } keeps changes, "memory" forgets them, and a sandbox folder takes them itself' }]);
  }
  return { kind: "image", image, settings };
}

function startImage(image: Image, given: ContainerSettings, inner: Launch): Start {
  const settings = withSite(given);
  const mounts = planMounts(settings.mounts, inner.needs);
  refuseWhereClosed(settings, mounts.records.length);
  const taken = new TakenPaths("overlay", { colons: false });
  const { writable, overlays, decryption, gpu, mpi } = settings;
  const flags = writeFlags(containerRules, {
    ...settings,
    shareNamespaces: settings.shareNamespaces ?? sharesByItself(settings),
    overlays: overlays?.map((path) => taken.take(path)),
    writable: typeof writable === "object" ? { overlay: taken.take(writable.overlay) } : writable,
  });
  return {
    place: image.path,
    flags: [...flags, ...mounts.records.map((value) => ({ flag: "mount", value })), ...(mpi === undefined ? [] : [pmixMount])],
    setup: [...mounts.setup, ...taken.setup, ...(mpi === undefined ? [] : [takePmixFolder])],
    variables: decryption !== undefined && "passphrase" in decryption ? [{ kind: "set", name: passphraseVariable(enginePrefix(settings.engine?.flavour)), value: decryption.passphrase }] : [],
    first: [...mpiPaths(mpi), ...(settings.requireGpu && gpu !== undefined ? [gpuCheck(gpu)] : [])],
    needs: [{ path: image.path, access: writable === "image" ? "write" : "read" }, ...settings.mounts.map(hostSide), ...filesOf(settings), ...inner.needs],
  };
}

/** Of an engine that is not known it is not: one before 1.3 would end with a usage error. */
const sharesByItself = ({ mpi, engine, verb }: ContainerSettings): true | undefined =>
  mpi !== undefined && engine !== undefined && flagRefusal(engine, verb, "sharens") === undefined ? true : undefined;

const hostSide = ({ source, readOnly }: Mount): HostPath => ({ path: source, access: readOnly ? "read" : "write" });

/** What the engine itself reads and writes on the host's side. */
function filesOf({ writable, overlays = [], envFiles = [], decryption, home }: ContainerSettings): readonly HostPath[] {
  const read = [...overlays, ...envFiles, ...(decryption !== undefined && "pemFile" in decryption ? [decryption.pemFile] : [])];
  const written = [...(typeof writable === "object" ? [writable.overlay] : []), ...(typeof home === "object" ? [home.source] : [])];
  return [...read.map((path): HostPath => ({ path, access: "read" })), ...written.map((path): HostPath => ({ path, access: "write" }))];
}

/** @throws OptionsError for a needed path that the instance was not started with: it cannot be mounted any more. */
function joinInstance({ name }: InstanceImage, settings: JoinSettings, { needs }: Launch): Start {
  const unseen = needs.find(({ path }) => typeof path !== "string" || !settings.sees.some((folder) => isUnder(path, folder)));
  if (unseen !== undefined) {
    const path = typeof unseen.path === "string" ? unseen.path : unseen.path.shell;
    throw new OptionsError("container", [{ path: "sees", message: `the command needs ${path}, and nothing can be mounted into the running instance ${name}: start the instance with it, and name it in sees` }]);
  }
  return { place: `instance://${name}`, flags: writeFlags(joinRules, settings), setup: [], variables: [], first: [], needs: [] };
}
