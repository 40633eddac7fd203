import { addingLayer, fragment, parseOptions, setVariable, sh, type HostPath, type LaunchLayer, type PrependFolder } from "@hpckit/core";
import { activation, type ActivationAdditions } from "../activation/activation.js";
import { folderSchema } from "./built-env-schema.js";

/** An environment that is there and complete. */
export interface BuiltPythonEnv {
  /** Absolute; it is never changed once it is complete. */
  readonly folder: string;
  /** As Python says it, e.g. `3.13.5`. */
  readonly pythonVersion: string;
  /** Folder of its interpreter on the host, unless that is the machine's or the image's own. */
  readonly basePrefix: string | undefined;
}

/**
 * Activates an environment that is there, without sourcing anything: {@link virtualenv} builds it first, {@link virtualenvAt} looks for it first. Pure.
 * @param additions - what the project adds: its own code on PYTHONPATH, its programs, its variables. A container mounts these folders too.
 * @throws OptionsError for a folder that cannot stand in a list, or a variable that cannot be set.
 */
export function virtualenvLayer(built: Pick<BuiltPythonEnv, "folder" | "basePrefix">, additions: ActivationAdditions = {}): LaunchLayer {
  const { folder } = parseOptions(folderSchema, built, "virtualenvLayer");
  const { basePrefix } = built;
  const { path, pythonPath, variables } = activation({ folder, ...additions });
  return addingLayer("virtualenv", {
    setup: [
      setVariable("VIRTUAL_ENV", folder),
      setVariable("PYTHONNOUSERSITE", "1"), // what a person installed for themselves must not change a job
      ...Object.entries(variables).map(([name, value]) => setVariable(name, value)),
      ...prepending("PATH", [`${folder}/bin`, ...path]),
      ...prepending("PYTHONPATH", pythonPath),
      fragment(sh`unset PYTHONHOME`), // it would send the interpreter to another's libraries
    ],
    needs: [folder, ...(basePrefix === undefined ? [] : [basePrefix]), ...path, ...pythonPath].map((needed): HostPath => ({ path: needed, access: "read" })),
  });
}

/** The last one first, so that they stand in their order. */
const prepending = (name: string, folders: readonly string[]): readonly PrependFolder[] =>
  folders.map((folder): PrependFolder => ({ kind: "prepend", name, folder })).reverse();
