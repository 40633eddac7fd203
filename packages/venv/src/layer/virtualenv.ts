import { needing, type LaunchLayer, type UnresolvedLayer } from "@hpckit/core";
import { activation, type ActivationAdditions } from "../activation/activation.js";
import { ensurePythonEnv } from "../build/ensure-python-env.js";
import type { PythonEnv } from "../environment/python-env.js";
import { requirePythonEnv } from "../environment/require-python-env.js";
import { virtualenvLayer } from "./virtualenv-layer.js";

/**
 * Runs a command in a Python environment: `compose(command, [container(image), virtualenv(env)])`.
 *
 * When the launch is prepared, the environment is built where it is not there yet, inside the container to its left, so
 * that its interpreter is the image's own. Preparing again finds it in one round trip.
 * @param additions - see {@link virtualenvLayer}.
 * @throws {@link PythonEnvError} from `prepare`, with pip's own reason.
 */
export function virtualenv(env: PythonEnv, additions: ActivationAdditions = {}): UnresolvedLayer {
  requirePythonEnv(env, "virtualenv");
  activation({ folder: env.root, ...additions });
  return {
    name: "virtualenv",
    resolve: async (on, options) => withOthers(env, virtualenvLayer(await ensurePythonEnv(env, on, options), additions)),
  };
}

/** Editable projects are seen, and what makes the interpreter be there comes before all. */
function withOthers({ layers, projects }: PythonEnv, active: LaunchLayer): LaunchLayer {
  const editable = projects.flatMap((project) => (project.kind === "editable" ? [{ path: project.folder, access: "read" as const }] : []));
  const all = [...layers, needing(...editable), active];
  return { name: active.name, apply: (launch) => all.reduceRight((inner, layer) => layer.apply(inner), launch) };
}
