import { enter, OptionsError, parseOptions, type HostPath, type Launch, type LaunchLayer, type ScriptFragment, type SetupStep, type Word } from "@hpckit/core";
import { imageSchema, type Image } from "../image/image.js";
import type { Mount } from "../mount/mount.js";
import { planMounts } from "../mount/plan-mounts.js";
import { carried, divideSetup } from "../variable/crossing.js";
import { passVariables, scrubVariables } from "../variable/host-variables.js";
import { containerSchema, type ContainerOptions, type ContainerSettings } from "./container-options.js";

/**
 * Runs everything to its right inside an image, without looking whether engine and image are there: {@link container}
 * does that first. Pure.
 *
 * Guarantees: arguments, variables and paths arrive byte for byte, or the launch is refused with a reason; what inner
 * layers need is mounted at its own path, read-only unless they write there; no secret stands in an argument.
 * @throws OptionsError while it is applied, for a step that cannot run inside.
 * @throws PathRefusedError while it is applied, for a path that cannot be mounted.
 */
export function containerLayer(image: Image, options: ContainerOptions = {}): LaunchLayer {
  const from = parseOptions(imageSchema, image, "image");
  const settings = parseOptions(containerSchema, options, "container");
  return { name: "container", boundary: "filesystem", apply: (inner) => startIn(from, settings, inner) };
}

function startIn(image: Image, settings: ContainerSettings, inner: Launch): Launch {
  for (const step of [...inner.setup, ...inner.teardown]) refuseUnlessInside(step, settings);
  const { carried: variables, inside } = divideSetup(inner.setup);
  const mounts = planMounts(settings.mounts, inner.needs);
  const entered = enter({ ...inner, setup: inside });
  return {
    argv: [
      settings.program,
      "exec",
      "--no-eval", // values and arguments arrive as they are, since Apptainer 1.1; without it they are shell text
      ...flags(settings),
      ...mounts.records.flatMap((record): readonly Word[] => ["--mount", record]),
      image.path,
      ...entered.argv,
    ],
    setup: [
      scrubVariables(settings.keepEngineVariables),
      ...passVariables(settings.pass),
      ...mounts.setup,
      ...variables,
      ...entered.carry.map(carried),
    ],
    teardown: [],
    needs: [{ path: image.path, access: "read" }, ...settings.mounts.map(hostSide), ...inner.needs],
  };
}

const gpuFlags = { nvidia: "--nv", amd: "--rocm" } as const;

const flags = ({ cleanEnv, gpu, home }: ContainerSettings): readonly string[] => [
  ...(cleanEnv ? ["--cleanenv"] : []),
  ...(gpu === undefined ? [] : [gpuFlags[gpu]]),
  // --no-home alone does nothing when the current folder is the home folder.
  ...(home === "none" ? ["--no-mount", "home,cwd"] : []),
];

const hostSide = ({ source, readOnly }: Mount): HostPath => ({ path: source, access: readOnly ? "read" : "write" });

function refuseUnlessInside(step: SetupStep | ScriptFragment, { dialects }: ContainerSettings): void {
  if (step.kind !== "run") return;
  const excerpt = JSON.stringify(step.shell.length > 80 ? `${step.shell.slice(0, 80)}…` : step.shell);
  const refuse = (message: string): never => {
    throw new OptionsError("container", [{ path: "layers", message: `${message}: ${excerpt}` }]);
  };
  if (step.scope !== "task") refuse(`a step that runs once per ${step.scope} cannot stand inside: put its layer left of the container`);
  if (!dialects.includes(step.dialect)) {
    refuse(`a step in ${step.dialect} cannot run in an image that is not said to have it: put its layer left of the container, or add dialects: ["sh", "${step.dialect}"]`);
  }
}
