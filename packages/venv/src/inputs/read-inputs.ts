import { Secret } from "@hpckit/core";
import type { PythonEnv } from "../environment/python-env.js";
import { digestOfText } from "./digest.js";
import { readProject, type ProjectSource } from "./project-source.js";
import { inputRefused } from "./input-refused.js";
import { isLock, readTexts, type InputText } from "./requirement-text.js";
import { digestOfWheels } from "./wheels-folder.js";

/** What an environment is made of, read from this machine. */
export interface Inputs {
  readonly requirements: readonly InputText[];
  readonly constraints: readonly InputText[];
  /** In the order of `projects`; an editable one has nothing that is brought. */
  readonly projects: readonly (ProjectSource | undefined)[];
  /** Of the wheels that are brought. */
  readonly wheelsDigest: string | undefined;
  /** Of all that decides what is installed, but the interpreter and what lies over there. */
  readonly digest: string;
}

/** @throws OptionsError for what cannot be read, or cannot be brought. */
export async function readInputs(env: PythonEnv): Promise<Inputs> {
  const requirements = await readTexts("requirements", env.requirements);
  const constraints = await readTexts("constraints", env.constraints);
  if (constraints.length > 0 && requirements.some(isLock)) throw inputRefused("constraints", "beside a lock they say nothing: leave them out");
  const projects = await Promise.all(env.projects.map(async (project) => (project.kind === "brought" ? readProject(project.path) : undefined)));
  const wheelsDigest = env.wheels?.kind === "brought" ? await digestOfWheels(env.wheels.path) : undefined;
  const read = { requirements, constraints, projects, wheelsDigest };
  return { ...read, digest: digestOfText(JSON.stringify(decisive(env, read))) };
}

/**
 * The same installed by pip or by uv is the same, so an installer that was not named decides nothing. Of an address that is secret it is
 * in the name that there is one: no trace of it is, not even a digest.
 */
const decisive = (env: PythonEnv, { requirements, constraints, projects, wheelsDigest }: Omit<Inputs, "digest">): readonly unknown[] => [
  requirements,
  constraints,
  env.projects.map((project, index) => [project.kind === "editable" ? project.folder : projects[index]?.digest, project.extras]),
  wheelsDigest ?? (env.wheels?.kind === "house" ? env.wheels.folder : undefined),
  [env.index, ...env.extraIndexes].map((index) => (index instanceof Secret ? true : index)),
  [env.python, env.variant, env.installer === "auto" ? undefined : env.installer],
  [env.requireHashes, env.onlyBinary, env.noDependencies, env.systemSitePackages, env.verify],
];
