import { parseOptions, requireTransport, type Cancellable, type Transport } from "@hpckit/core";
import { cancellableSchema } from "../environment/cancellable-schema.js";
import { folderSchema } from "../layer/built-env-schema.js";
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
  const place = parseOptions(folderSchema, env, "exportEnvironment");
  requireTransport(on, "exportEnvironment");
  const distributions = await listDistributions(place, on, parseOptions(cancellableSchema, options, "exportEnvironment"));
  return { distributions, text: distributions.filter(({ name }) => name !== "pip").map((each) => `${lineOf(each)}\n`).join("") };
}

function lineOf({ name, version, origin }: Distribution): string {
  if (origin === undefined) return `${name}==${version}`;
  if (origin.isEditable) return `-e ${origin.url}`;
  return origin.commit === undefined ? `${name} @ ${origin.url}` : `${name} @ git+${origin.url.replace(/^git\+/, "")}@${origin.commit}`;
}
