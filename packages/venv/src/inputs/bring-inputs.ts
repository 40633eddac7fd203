import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { HpckitError, type Cancellable, type FilePolicy, type Transport } from "@hpckit/core";
import type { Wheels } from "../environment/wheels.js";
import { copyProject, digestOfFolder, type ProjectSource } from "./project-source.js";
import { digestOfFile } from "./digest.js";
import type { Inputs } from "./read-inputs.js";
import { digestOfWheels } from "./wheels-folder.js";

export interface BringOptions extends Cancellable {
  /** Over there, in the builder's own folder, and made by it: where it is gone, so is the builder, and nothing is made anew. */
  readonly to: string;
  readonly inputs: Inputs;
  readonly wheels: Wheels | undefined;
  readonly policy: FilePolicy | undefined;
}

/**
 * Brings what an environment is made of to where it is built.
 *
 * Guarantees: what was named is what was brought; a file that changed meanwhile is an error.
 */
export async function bringInputs(on: Transport, { to, inputs, wheels, ...given }: BringOptions): Promise<void> {
  const options = { policy: given.policy, signal: given.signal };
  for (const { name, text } of [...inputs.requirements, ...inputs.constraints]) await on.writeFile(`${to}/${name}`, text, options);
  if (wheels?.kind === "brought") {
    await on.upload(wheels.path, `${to}/wheels`, options);
    if ((await digestOfWheels(wheels.path)) !== inputs.wheelsDigest) throw changed(wheels.path);
  }
  if (inputs.projects.some((project) => project !== undefined)) await on.mkdir(`${to}/projects`, options);
  for (const [index, project] of inputs.projects.entries()) {
    if (project !== undefined) await bringProject(on, project, `${to}/${projectFolder(index)}`, options);
  }
}

/** Where a project is brought to, below the inputs. */
export const projectFolder = (index: number): string => `projects/${index + 1}`;

/** Of a wheel the name says what it is, so it is kept. */
export const projectPath = (project: ProjectSource, index: number): string =>
  project.kind === "folder" ? projectFolder(index) : `${projectFolder(index)}/${basename(project.path)}`;

async function bringProject(on: Transport, project: ProjectSource, to: string, options: Pick<BringOptions, "policy" | "signal">): Promise<void> {
  if (project.kind === "archive") {
    await on.mkdir(to, options);
    await on.upload(project.path, `${to}/${basename(project.path)}`, options);
    if ((await digestOfFile(project.path)) !== project.digest) throw changed(project.path);
    return;
  }
  const copy = await mkdtemp(join(tmpdir(), "hpckit-project-"));
  try {
    await copyProject(project.path, join(copy, "project"));
    if ((await digestOfFolder(join(copy, "project"))) !== project.digest) throw changed(project.path);
    await on.upload(join(copy, "project"), to, options);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

const changed = (path: string): HpckitError =>
  new HpckitError("input-changed", `${path} changed while it was brought over, and the environment would bear another's name: do it again once it is still`, { retryable: true });
