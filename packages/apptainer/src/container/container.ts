import { compose, lines, parseOptions, run, type Transport, type UnresolvedLayer } from "@hpckit/core";
import { hasNoEval, parseEngineVersion } from "../engine/engine-version.js";
import { parseProbe, probeEngine, probeImage } from "../engine/probe-script.js";
import { EngineError, ImageError } from "../error/apptainer-errors.js";
import type { Image } from "../image/image.js";
import type { UnresolvedImage } from "../store/from-store.js";
import { containerLayer } from "./container-layer.js";
import { containerSchema, type ContainerOptions } from "./container-options.js";

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
 * @throws {@link ImageError} from `prepare`, if the image is not there or cannot be read.
 */
export function container(image: Image | UnresolvedImage, options: ContainerOptions = {}): UnresolvedLayer {
  const { program } = parseOptions(containerSchema, options, "container");
  const known = image.kind === "unresolved" ? undefined : containerLayer(image, options);
  return {
    name: "container",
    resolve: async (on, { within, signal, onProgress }) => {
      const found = image.kind === "unresolved" ? await image.resolve(on, { signal, onProgress }) : image;
      const layer = known ?? containerLayer(found, options);
      const probe = compose(["sh", "-c", lines(probeEngine(program), typeof found.path === "string" ? probeImage(found.path) : undefined).shell], within);
      const result = await run(probe, on, { signal, check: true });
      checkReport(parseProbe(result.stdout), found, program, on);
      return layer;
    },
  };
}

function checkReport(report: ReadonlyMap<string, string>, { path }: Image, program: string, on: Transport): void {
  const host = on.target.host;
  const version = report.get("version") ?? "-";
  if (version === "-") {
    throw new EngineError("engine-missing", `${program} is not installed on ${host}, or not on the PATH there: give its absolute path as \`program\`, or use containerLayer if only compute nodes have it`);
  }
  if (!hasNoEval(parseEngineVersion(version))) {
    throw new EngineError("engine-too-old", `${version} on ${host} would take values and arguments for shell text: Apptainer 1.1 or newer is needed`, { detail: { version } });
  }
  const image = report.get("image");
  if (image === "missing") {
    throw new ImageError("image-missing", `${shown(path)} is not on ${host}: build it there with buildImage, or correct the path`, { detail: { path } });
  }
  if (image === "unreadable") {
    throw new ImageError("image-unreadable", `${shown(path)} on ${host} cannot be read by ${on.target.user}: ask its owner for read access`, { detail: { path } });
  }
}

const shown = (path: Image["path"]): string => (typeof path === "string" ? path : path.shell);

