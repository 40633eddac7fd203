import { addingLayer, fragment, OutputUnreadableError, parseOptions, refusedVariable, setVariable, sh, type HostPath, type LaunchLayer, type SetVariable, type Transport, type UnresolvedLayer } from "@hpckit/core";
import { activation, type ActivationAdditions } from "../activation/activation.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { environmentPath } from "../environment/environment-path.js";
import { parseCondaPrefix, renderLook, variablesIn, type FoundCondaPrefix } from "./look-script.js";

/**
 * Runs a command in a conda prefix that is there, made by conda, mamba, micromamba or pixi: `condaPrefix("/sw/conda/envs/climate")`. No conda
 * is needed where it runs, and none is started.
 *
 * When the launch is prepared, a link is followed, and what `conda activate` would do is read: the variables that packages and people have
 * given the prefix, and the scripts in `etc/conda/activate.d`, which run before the command, in bash. A prefix brings its own interpreter, so
 * a container mounts it and nothing else; an image without bash refuses one that has such scripts.
 * @throws OptionsError for what is no absolute path; {@link PythonEnvError} `environment-missing` from `prepare`.
 */
export function condaPrefix(folder: string, additions: ActivationAdditions = {}): UnresolvedLayer {
  const place = parseOptions(environmentPath, folder, "conda prefix");
  activation({ folder: place, ...additions });
  return { name: "conda", resolve: async (on, { signal }) => condaLayer(await look(place, on, signal), additions) };
}

async function look(place: string, on: Transport, signal: AbortSignal | undefined): Promise<FoundCondaPrefix> {
  const { stdout } = await on.exec(["sh", "-c", renderLook(place).shell], { signal, check: true });
  const found = parseCondaPrefix(stdout);
  if (found !== undefined) return found;
  throw new PythonEnvError("environment-missing", `no conda prefix is at ${place} on ${on.target.host} (it has no conda-meta): correct the path, or make one with conda, mamba or micromamba`);
}

function condaLayer({ folder, scripts, variables }: FoundCondaPrefix, additions: ActivationAdditions): LaunchLayer {
  const { path, pythonPath, variables: own } = activation({ folder, ...additions });
  const needed = [folder, ...path, ...pythonPath].map((each): HostPath => ({ path: each, access: "read" }));
  return addingLayer("conda", {
    setup: [
      setVariable("CONDA_PREFIX", folder),
      setVariable("CONDA_DEFAULT_ENV", folder),
      setVariable("CONDA_SHLVL", "1"),
      setVariable("PYTHONNOUSERSITE", "1"), // what a person installed for themselves must not change a job
      ...variables.flatMap(variablesIn).map(settable(folder)),
      ...Object.entries(own).map(([name, value]) => setVariable(name, value)),
      ...[`${folder}/bin`, ...path].map((each) => ({ kind: "prepend", name: "PATH", folder: each }) as const).reverse(),
      ...pythonPath.map((each) => ({ kind: "prepend", name: "PYTHONPATH", folder: each }) as const).reverse(),
      fragment(sh`unset PYTHONHOME`),
      ...scripts.map((script) => fragment(runScript(script), { dialect: "bash" })),
    ],
    needs: needed,
  });
}

/** conda looks at no status of theirs either; they were not written for `set -e`. */
const runScript = (script: string): ReturnType<typeof sh> => sh`
  set +e
  . ${script}
  set -e
`;

const settable =
  (folder: string) =>
  ([name, value]: readonly [string, string]): SetVariable => {
    const reason = refusedVariable(name);
    if (reason !== undefined) throw new OutputUnreadableError(`variables of the conda prefix ${folder}`, `${JSON.stringify(name)} ${reason}`, name);
    return setVariable(name, value);
  };
