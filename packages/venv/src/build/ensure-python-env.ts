import { newMakerId, parseOptions, requireTransport, type ResolveOptions, type Transport } from "@hpckit/core";
import { requirePythonEnv } from "../environment/require-python-env.js";
import type { PythonEnv } from "../environment/python-env.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { findOrMake } from "../content/find-or-make.js";
import { readInputs } from "../inputs/read-inputs.js";
import type { BuiltPythonEnv } from "../layer/virtualenv-layer.js";
import { buildExit } from "./build-exit.js";
import { renderBuild } from "./build-script.js";
import { buildingSchema } from "./building-shape.js";
import { explainFailure } from "./explain-failure.js";
import type { Finding } from "./find-script.js";
import { look } from "./look.js";
import { runBuild, type EndedBuild } from "./run-build.js";

export interface EnsuredPythonEnv extends BuiltPythonEnv {
  /** `found`: it was there, or another build of it was waited for. */
  readonly outcome: "found" | "built-from-index" | "built-from-wheels";
  /** What installed it, as it names itself, e.g. `uv 0.13.9` or `pip 25.1`. */
  readonly installer: string;
}

/**
 * Finds an environment, or builds it. One round trip where it is there.
 *
 * Guarantees: what is returned is complete and was checked by `pip check`; it never changes afterwards, but for the code of
 * editable projects. However many ask at once, they get the same one, and one of them brings the inputs. A build that fails, is
 * aborted or is killed leaves nothing under its name.
 * @param options - `within`: the containers in which it is used; it is built inside them, with their Python.
 * @throws {@link PythonEnvError} with the installer's own reason; OptionsError for an input that cannot be read.
 */
export async function ensurePythonEnv(env: PythonEnv, on: Transport, options: Partial<ResolveOptions> = {}): Promise<EnsuredPythonEnv> {
  requirePythonEnv(env, "ensurePythonEnv");
  requireTransport(on, "ensurePythonEnv");
  const { within = [], signal, onProgress } = parseOptions(buildingSchema, options, "ensurePythonEnv");
  const inputs = await readInputs(env);
  const search = { digest: inputs.digest, within, signal };
  return findOrMake(on, {
    signal,
    find: async () => {
      const { finding, settings } = await look(env, on, search);
      return finding.kind === "complete" ? { kind: "there", value: ensured(env, finding, "found") } : { kind: "absent", absent: { name: finding.name, settings } };
    },
    make: async ({ name, settings }) => {
      const id = newMakerId();
      const ended = await runBuild(env, on, { script: renderBuild({ env, inputs, name, id }), folder: `${env.root}/${name}-${id}`, inputs, settings, within, signal, onProgress });
      const outcome = outcomeOf(env, on, ended);
      const { finding: after } = await look(env, on, search);
      if (after.kind !== "complete") throw new PythonEnvError("build-failed", `${env.root}/${name} on ${on.target.host} was built and is ${after.kind} now: look for what removes files there`);
      return ensured(env, after, outcome);
    },
  });
}

export function outcomeOf(env: PythonEnv, on: Transport, ended: EndedBuild): EnsuredPythonEnv["outcome"] {
  switch (ended.exitCode) {
    case buildExit.builtFromIndex:
      return "built-from-index";
    case buildExit.builtFromWheels:
      return "built-from-wheels";
    case buildExit.alreadyThere:
      return "found";
    default:
      throw explainFailure({ env, host: on.target.host, ...ended });
  }
}

const ensured = ({ basePrefix }: PythonEnv, { folder, pythonVersion, installer }: Extract<Finding, { kind: "complete" }>, outcome: EnsuredPythonEnv["outcome"]): EnsuredPythonEnv => ({
  folder,
  pythonVersion,
  basePrefix,
  outcome,
  installer,
});
