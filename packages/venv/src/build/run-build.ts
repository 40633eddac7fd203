import { prepare, redact, Secret, secret, stream, TransportError, type LaunchLayer, type ResolveOptions, type ShellExpression, type Transport } from "@hpckit/core";
import type { PythonEnv } from "../environment/python-env.js";
import { bringInputs } from "../inputs/bring-inputs.js";
import { makeWithInputs } from "../inputs/make-with-inputs.js";
import type { Inputs } from "../inputs/read-inputs.js";
import { buildExit } from "./build-exit.js";
import { explainFailure, type FailedBuild } from "./explain-failure.js";
import { inside, withIndexes } from "./inside.js";
import { withPipSettings, type PipSettings } from "./pip-settings.js";

export interface Build extends Omit<ResolveOptions, "within"> {
  readonly script: ShellExpression;
  /** The builder's own, over there. */
  readonly folder: string;
  readonly inputs: Inputs;
  /** Of the host's pip. */
  readonly settings: PipSettings;
  readonly within: readonly LaunchLayer[];
}

export type EndedBuild = Pick<FailedBuild, "exitCode" | "endedBy" | "said">;

/** Runs a script that builds, and brings its inputs when it asks for them. What it says is told without secrets. */
export async function runBuild(env: PythonEnv, on: Transport, { script, folder, inputs, settings, within, signal, onProgress }: Build): Promise<EndedBuild> {
  const hide = hiding(env, settings);
  const said: string[] = [];
  try {
    const launch = await prepare(inside(env, script, { within, layers: [...withPipSettings(settings), withIndexes(env)] }), on, { signal });
    const { exitCode, signal: endedBy, stderr } = await makeWithInputs(on, {
      folder,
      signal,
      start: (stdin) => stream(launch, on, { signal, stdin }),
      bring: (until) => bringInputs(on, { to: `${folder}/.hpckit`, inputs, wheels: env.wheels, policy: env.policy, signal: until }),
      onLine: (line) => {
        said.push(hide(line));
        onProgress?.(hide(line));
      },
      isMade: (status) => status === buildExit.builtFromIndex || status === buildExit.builtFromWheels,
    });
    return { exitCode, endedBy, said: [...said, ...stderr.split("\n").map(hide)] };
  } catch (error) {
    throw closedRoot(env, on, error);
  }
}

/** Where the root cannot be made, or nothing can be made in it, it says so; any other error is handed through. */
const closedRoot = (env: PythonEnv, { target: { host } }: Transport, error: unknown): unknown =>
  error instanceof TransportError && error.code === "permission-denied" ? explainFailure({ env, host, exitCode: buildExit.rootNotWritable, said: error.message.split("\n") }) : error;

/** An address may hold a password, and pip prints addresses. What is as short as a number or a truth value is no secret. */
function hiding(env: PythonEnv, settings: PipSettings): (line: string) => string {
  const values = settings.variables.map(({ value }) => secret(value));
  const own = [env.index, ...env.extraIndexes].filter((each) => each instanceof Secret);
  const secrets = [...values, ...own].filter((each) => each.reveal().length > 5);
  return (line) => redact(line, secrets);
}
