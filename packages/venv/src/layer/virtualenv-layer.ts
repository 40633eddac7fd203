import { addingLayer, fragment, setVariable, sh, type LaunchLayer } from "@hpckit/core";

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
 * Activates an environment that is there, without sourcing anything: {@link virtualenv} builds it first. Pure.
 */
export function virtualenvLayer({ folder, basePrefix }: Pick<BuiltPythonEnv, "folder" | "basePrefix">): LaunchLayer {
  return addingLayer("virtualenv", {
    setup: [
      setVariable("VIRTUAL_ENV", folder),
      setVariable("PYTHONNOUSERSITE", "1"), // what a person installed for themselves must not change a job
      { kind: "prepend", name: "PATH", folder: `${folder}/bin` },
      fragment(sh`unset PYTHONHOME`), // it would send the interpreter to another's libraries
    ],
    needs: [folder, ...(basePrefix === undefined ? [] : [basePrefix])].map((path) => ({ path, access: "read" })),
  });
}
