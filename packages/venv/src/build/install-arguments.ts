import { joinWords, raw, type Word } from "@hpckit/core";
import type { PythonEnv } from "../environment/python-env.js";
import { projectPath } from "../inputs/bring-inputs.js";
import type { Inputs } from "../inputs/read-inputs.js";

/** A path below the inputs, where they were brought to. */
const input = (path: string): Word => joinWords(raw('"$hpckit_inputs"'), `/${path}`);

/** What is installed, and how: pip and uv read the same options. */
export const installArguments = (env: PythonEnv, { requirements, constraints }: Inputs): readonly Word[] => [
  ...requirements.flatMap(({ name }) => ["--requirement", input(name)]),
  ...constraints.flatMap(({ name }) => ["--constraint", input(name)]),
  ...(env.requireHashes ? ["--require-hashes"] : []),
  ...(env.noDependencies ? ["--no-deps"] : []),
  ...env.onlyBinary.flatMap((name) => ["--only-binary", name]),
];

/** Packages of one's own, with their extras. */
export const projectArguments = (env: PythonEnv, { projects }: Inputs): readonly Word[] =>
  env.projects.flatMap((project, index) => {
    const extras = project.extras.length === 0 ? "" : `[${project.extras.join(",")}]`;
    const brought = projects[index];
    if (project.kind === "editable") return ["--editable", `${project.folder}${extras}`];
    return brought === undefined ? [] : [input(`${projectPath(brought, index)}${extras}`)];
  });
