import { newMakerId, parseOptions, requireTransport, type ResolveOptions, type Transport } from "@hpckit/core";
import { z } from "zod";
import { buildingShape, type BuildingOptions } from "../build/building-shape.js";
import { outcomeOf } from "../build/ensure-python-env.js";
import type { BuildPlan } from "../build/build-script.js";
import { look, type Looked } from "../build/look.js";
import { runBuild } from "../build/run-build.js";
import { findOrMake } from "../content/find-or-make.js";
import type { PythonEnv } from "../environment/python-env.js";
import { requirePythonEnv } from "../environment/require-python-env.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { digestOfText } from "../inputs/digest.js";
import { inputRefused } from "../inputs/input-refused.js";
import { readInputs } from "../inputs/read-inputs.js";
import { targetSchema, type WheelhouseTarget } from "./wheelhouse-target.js";
import { renderWheelhouse } from "./wheelhouse-script.js";

export interface WheelhouseOptions extends Partial<ResolveOptions> {
  /** Another Python or architecture; by default the wheels are for the interpreter that is there, and what has no wheel is built. */
  readonly target?: WheelhouseTarget | undefined;
}

/** Wheels for everything that an environment needs, in a folder over there that never changes. */
export interface Wheelhouse {
  /** Given as `wheels` of an environment, everything is installed from it and no index is asked. */
  readonly folder: string;
  readonly outcome: "found" | "built-from-index" | "built-from-wheels";
}

type Given = BuildingOptions & Pick<WheelhouseOptions, "target">;
const optionsSchema: z.ZodType<Given, Given> = z.strictObject({ target: targetSchema.optional(), ...buildingShape });

/**
 * Gathers the wheels of an environment where there is a network, for nodes that have none. They lie under `ROOT/wheelhouses`, in a
 * folder that is named by what it is made of and made once.
 *
 * Packages of one's own among `projects` become wheels too; name them among the requirements of what is installed from it.
 * @throws {@link PythonEnvError} with pip's own reason; OptionsError for an input that cannot be read.
 */
export async function ensureWheelhouse(env: PythonEnv, on: Transport, options: WheelhouseOptions = {}): Promise<Wheelhouse> {
  requirePythonEnv(env, "ensureWheelhouse");
  requireTransport(on, "ensureWheelhouse");
  const { target, within = [], signal, onProgress } = parseOptions(optionsSchema, options, "ensureWheelhouse");
  if (target !== undefined && env.projects.length > 0) throw inputRefused("projects", "what has no wheel is not built for another interpreter: leave projects out, and bring wheels of them");
  if (env.projects.some(({ kind }) => kind === "editable")) throw inputRefused("projects", "an editable project has no wheel: give its folder as a path of this machine, or leave it out");
  const house: PythonEnv = { ...env, root: `${env.root}/wheelhouses` };
  const inputs = await readInputs(house);
  const search = { digest: digestOfText(JSON.stringify(["wheelhouse", inputs.digest, target])), within, signal };
  return findOrMake<Wheelhouse, Pick<BuildPlan, "name"> & Pick<Looked, "settings">>(on, {
    signal,
    find: async () => {
      const { finding, settings } = await look(house, on, search);
      return finding.kind === "complete" ? { kind: "there", value: { folder: finding.folder, outcome: "found" } } : { kind: "absent", absent: { name: finding.name, settings } };
    },
    make: async ({ name, settings }) => {
      const id = newMakerId();
      const script = renderWheelhouse({ env: house, inputs, name, id, target });
      const outcome = outcomeOf(house, on, await runBuild(house, on, { script, folder: `${house.root}/${name}-${id}`, inputs, settings, within, signal, onProgress }));
      const { finding: after } = await look(house, on, search);
      if (after.kind !== "complete") throw new PythonEnvError("build-failed", `${house.root}/${name} on ${on.target.host} was made and is ${after.kind} now: look for what removes files there`);
      return { folder: after.folder, outcome };
    },
  });
}
