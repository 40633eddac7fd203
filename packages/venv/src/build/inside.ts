import { addingLayer, compose, fragment, needing, renderRoot, Secret, secret, setVariable, type HostPath, type LaunchLayer, type Recipe, type ScriptFragment, type ShellExpression } from "@hpckit/core";
import type { IndexAddress } from "../environment/index-address.js";
import type { PythonEnv } from "../environment/python-env.js";

export interface Surroundings {
  /** The containers in which the environment is used. */
  readonly within: readonly LaunchLayer[];
  readonly onHost?: readonly ScriptFragment[];
  readonly layers?: readonly LaunchLayer[];
}

/** A script where the environment is used. The root is made on the host, because a container can only mount what is there. */
export function inside(env: PythonEnv, script: ShellExpression, { within, onHost = [], layers = [] }: Surroundings): Recipe {
  const host = addingLayer("host", { setup: [fragment(renderRoot(env.root, env.policy)), ...onHost] });
  return compose(["sh", "-c", script.shell], [host, ...within, needing({ path: env.root, access: "write" }, ...neededToBuild(env)), ...env.layers, ...layers]);
}

/** Paths of the host, beside the root. An editable project is written to: its metadata is made there. */
const neededToBuild = ({ basePrefix, wheels, projects }: PythonEnv): readonly HostPath[] => [
  ...(basePrefix === undefined ? [] : [{ path: basePrefix, access: "read" as const }]),
  ...(wheels?.kind === "house" ? [{ path: wheels.folder, access: "read" as const }] : []),
  ...projects.flatMap((project) => (project.kind === "editable" ? [{ path: project.folder, access: "write" as const }] : [])),
];

/** Tells pip and uv of the indexes of one's own. */
export function withIndexes({ index, extraIndexes }: PythonEnv): LaunchLayer {
  const extra = extraIndexes.length === 0 ? undefined : together(extraIndexes);
  return addingLayer("indexes", {
    setup: [
      ...(index === undefined ? [] : ["PIP_INDEX_URL", "UV_DEFAULT_INDEX"].map((name) => setVariable(name, index))),
      ...(extra === undefined ? [] : ["PIP_EXTRA_INDEX_URL", "UV_INDEX"].map((name) => setVariable(name, extra))),
    ],
  });
}

/** Both take a list with blanks between. It is secret as a whole if one of them is. */
function together(addresses: readonly IndexAddress[]): IndexAddress {
  const text = addresses.map((each) => (each instanceof Secret ? each.reveal() : each)).join(" ");
  return addresses.some((each) => each instanceof Secret) ? secret(text) : text;
}
