import { CommandFailedError, run, type LaunchLayer, type Transport } from "@hpckit/core";
import type { PythonEnv } from "../environment/python-env.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { buildExit } from "./build-exit.js";
import { explainFailure } from "./explain-failure.js";
import { parseFind, renderFind, type Finding } from "./find-script.js";
import { inside } from "./inside.js";
import { parsePipSettings, reportPipSettings, type PipSettings } from "./pip-settings.js";

export interface Looked {
  readonly finding: Exclude<Finding, { readonly kind: "python-missing" }>;
  readonly settings: PipSettings;
}

export interface LookOptions {
  /** Of the inputs. */
  readonly digest: string;
  readonly within: readonly LaunchLayer[];
  readonly signal: AbortSignal | undefined;
}

/** Looks for what was built of these inputs, in one round trip. @throws PythonEnvError where there is no interpreter, or no root can be made. */
export async function look(env: PythonEnv, on: Transport, { digest, within, signal }: LookOptions): Promise<Looked> {
  const search = inside(env, renderFind(env, digest), { within, onHost: within.length === 0 ? [] : [reportPipSettings] });
  const { ok, exitCode, stdout, stderr, ...result } = await run(search, on, { signal });
  if (exitCode === buildExit.rootNotWritable) throw explainFailure({ env, host: on.target.host, exitCode, said: stderr.split("\n") });
  if (!ok) throw new CommandFailedError({ ok, exitCode, stdout, stderr, ...result });
  const finding = parseFind(stdout, env.root);
  if (finding.kind === "python-missing") throw missing(env, on, within);
  return { finding, settings: parsePipSettings(stdout) };
}

const missing = ({ python, layers }: PythonEnv, on: Transport, within: readonly LaunchLayer[]): PythonEnvError =>
  new PythonEnvError(
    "python-missing",
    within.length > 0
      ? `${python} is not in the image that the environment is used in: put Python into the image, or mount one that the host has and name it as \`python\` and \`basePrefix\``
      : layers.length > 0
        ? `${python} is not on the PATH of ${on.target.host} after ${layers.map(({ name }) => name).join(", ")}: see what they bring there (module show), or name another as \`python\``
        : `${python} is not installed on ${on.target.host}: install it, name another as \`python\`, or load it by \`layers\``,
  );
