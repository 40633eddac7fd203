import type { Cancellable, Transport } from "@hpckit/core";
import type { BuiltPythonEnv } from "../layer/virtualenv-layer.js";
import type { Distribution } from "./distribution.js";
import { listDistributions } from "./list-distributions.js";

export interface ExportedEnvironment {
  readonly distributions: readonly Distribution[];
  /** One line each, as `pip freeze` prints them, without pip: `name==version`, or `name @ address` for what came by one. */
  readonly text: string;
}

/** Says what is installed in an environment. For a text from which the same can be installed again, take {@link lockEnvironment}. */
export async function exportEnvironment(env: Pick<BuiltPythonEnv, "folder">, on: Transport, options: Cancellable = {}): Promise<ExportedEnvironment> {
  const distributions = await listDistributions(env, on, options);
  return { distributions, text: distributions.filter(({ name }) => name !== "pip").map((each) => `${lineOf(each)}\n`).join("") };
}

function lineOf({ name, version, origin }: Distribution): string {
  if (origin === undefined) return `${name}==${version}`;
  if (origin.isEditable) return `-e ${origin.url}`;
  return origin.commit === undefined ? `${name} @ ${origin.url}` : `${name} @ git+${origin.url.replace(/^git\+/, "")}@${origin.commit}`;
}
