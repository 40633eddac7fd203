import { randomBytes } from "node:crypto";
import { addingLayer, CommandFailedError, compose, fragment, linesOf, needing, prepare, redact, run, Secret, secret, setVariable, sh, stream, TransportError, type FilePolicy, type LaunchLayer, type Recipe, type ResolveOptions, type ScriptFragment, type ShellExpression, type Transport } from "@hpckit/core";
import type { PythonEnv } from "../environment/python-env.js";
import { PythonEnvError } from "../error/python-env-error.js";
import type { BuiltPythonEnv } from "../layer/virtualenv-layer.js";
import { buildExit, renderBuild } from "./build-script.js";
import { explainFailure } from "./explain-failure.js";
import { parseFind, renderFind, type Finding } from "./find-script.js";
import { readInputs, type Inputs } from "./inputs.js";
import { parsePipSettings, reportPipSettings, withPipSettings, type PipSettings } from "./pip-settings.js";

export interface EnsuredPythonEnv extends BuiltPythonEnv {
  /** `found`: it was there, or another build of it was waited for. */
  readonly outcome: "found" | "built-from-index" | "built-from-wheels";
}

/**
 * Finds an environment, or builds it. One round trip where it is there.
 *
 * Guarantees: what is returned is complete and was checked by `pip check`; it never changes afterwards. However many ask
 * at once, they get the same one. A build that fails, is aborted or is killed leaves nothing under its name.
 * @param options - `within`: the containers in which it is used; it is built inside them, with their Python.
 * @throws {@link PythonEnvError} with pip's own reason; OptionsError for an input that cannot be read.
 */
export async function ensurePythonEnv(env: PythonEnv, on: Transport, options: Partial<ResolveOptions> = {}): Promise<EnsuredPythonEnv> {
  const { within = [], signal, onProgress } = options;
  const inputs = await readInputs(env);
  const look = async (): Promise<{ finding: Finding; settings: PipSettings }> => {
    const search = inside(env, within, renderFind(env, inputs.digest), { onHost: within.length === 0 ? [] : [reportPipSettings] });
    const result = await run(search, on, { signal });
    if (!result.ok) throw result.exitCode === buildExit.rootNotWritable ? closedRoot(env, on, result.stderr) : new CommandFailedError(result);
    return { finding: parseFind(result.stdout, env.root), settings: parsePipSettings(result.stdout) };
  };
  const { finding, settings } = await look();
  if (finding.kind === "python-missing") throw missing(env, on, within);
  if (finding.kind === "complete") return ensured(env, finding, "found");

  const outcome = await build(env, on, { inputs, name: finding.name, settings, within, signal, onProgress });
  const { finding: after } = await look();
  if (after.kind !== "complete") throw new PythonEnvError("build-failed", `${env.root}/${finding.name} on ${on.target.host} was built and is ${after.kind} now: look for what removes files there`);
  return ensured(env, after, outcome);
}

interface Build extends Omit<ResolveOptions, "within"> {
  readonly inputs: Inputs;
  readonly name: string;
  readonly settings: PipSettings;
  readonly within: readonly LaunchLayer[];
}

async function build(env: PythonEnv, on: Transport, given: Build): Promise<EnsuredPythonEnv["outcome"]> {
  const { inputs, name, settings, within, signal, onProgress } = given;
  const id = randomBytes(3).toString("hex");
  const folder = `${env.root}/${name}-${id}`;
  const hide = hiding(env, settings);
  const said: string[] = [];
  const tell = (line: string): void => {
    said.push(hide(line));
    onProgress?.(hide(line));
  };
  const script = renderBuild({ env, name, id, hasConstraints: inputs.constraints !== undefined });
  try {
    await bringInputs(env, on, `${folder}/.hpckit`, inputs, signal);
    const launch = await prepare(inside(env, within, script, { layers: [...withPipSettings(settings), indexOf(env)] }), on, { signal });
    const building = stream(launch, on, { signal });
    for await (const line of linesOf(building)) tell(line);
    const { exitCode, signal: endedBy, stderr } = await building.result;
    if (exitCode === buildExit.builtFromIndex) return "built-from-index";
    if (exitCode === buildExit.builtFromWheels) return "built-from-wheels";
    if (exitCode === buildExit.alreadyThere) return "found";
    throw explainFailure({ env, host: on.target.host, exitCode, endedBy, said: [...said, ...stderr.split("\n").map(hide)] });
  } catch (error) {
    await on.exec(["sh", "-c", discard(folder).shell]).catch(() => undefined);
    throw error instanceof TransportError && error.code === "permission-denied" ? closedRoot(env, on, error.message) : error;
  }
}

/** The root cannot be made, or nothing can be made in it. */
const closedRoot = (env: PythonEnv, { target: { host } }: Transport, said: string): PythonEnvError =>
  explainFailure({ env, host, exitCode: buildExit.rootNotWritable, said: said.split("\n") });

/** A build that has begun clears up after itself, and is known to the next one; of one that has not, nobody knows. */
const discard = (folder: string): ShellExpression => sh`[ -e ${`${folder}/.hpckit/owner`} ] || rm -rf -- ${folder}`;

/** An address may hold a password, and pip prints addresses. What is as short as a number or a truth value is no secret. */
function hiding(env: PythonEnv, settings: PipSettings): (line: string) => string {
  const values = settings.variables.map(({ value }) => secret(value));
  const secrets = [...values, ...(env.index instanceof Secret ? [env.index] : [])].filter((each) => each.reveal().length > 5);
  return (line) => redact(line, secrets);
}

async function bringInputs({ policy, wheels }: PythonEnv, on: Transport, folder: string, inputs: Inputs, signal: AbortSignal | undefined): Promise<void> {
  const options = { policy, signal };
  await on.mkdir(folder, { ...options, recursive: true });
  await on.writeFile(`${folder}/requirements.txt`, inputs.requirements, options);
  if (inputs.constraints !== undefined) await on.writeFile(`${folder}/constraints.txt`, inputs.constraints, options);
  if (wheels !== undefined) await on.upload(wheels, `${folder}/wheels`, options);
}

interface Surroundings {
  readonly onHost?: readonly ScriptFragment[];
  readonly layers?: readonly LaunchLayer[];
}

/** A script where the environment is used. The root is made on the host, because a container can only mount what is there. */
function inside(env: PythonEnv, within: readonly LaunchLayer[], script: ShellExpression, { onHost = [], layers = [] }: Surroundings): Recipe {
  const host = addingLayer("host", { setup: [fragment(makeRoot(env)), ...onHost] });
  const needs = needing(
    { path: env.root, access: "write" },
    ...(env.basePrefix === undefined ? [] : [{ path: env.basePrefix, access: "read" as const }]),
  );
  return compose(["sh", "-c", script.shell], [host, ...within, needs, ...layers]);
}

const makeRoot = ({ root, policy }: PythonEnv): ShellExpression => sh`[ -d ${root} ] || { mkdir -p -- ${root} ${ownRoot(root, policy)}; } || exit ${buildExit.rootNotWritable}`;

const ownRoot = (root: string, policy: FilePolicy | undefined): ShellExpression =>
  policy === undefined ? sh`` : sh`&& ${policy.group === undefined ? sh`:` : sh`chgrp -- ${policy.group} ${root}`} && chmod -- ${policy.folderMode.toString(8)} ${root}`;

const indexOf = ({ index }: PythonEnv): LaunchLayer => addingLayer("index", { setup: index === undefined ? [] : [setVariable("PIP_INDEX_URL", index)] });

const ensured = ({ basePrefix }: PythonEnv, found: Extract<Finding, { kind: "complete" }>, outcome: EnsuredPythonEnv["outcome"]): EnsuredPythonEnv => ({
  folder: found.folder,
  pythonVersion: found.pythonVersion,
  basePrefix,
  outcome,
});

const missing = ({ python }: PythonEnv, on: Transport, within: readonly LaunchLayer[]): PythonEnvError =>
  new PythonEnvError(
    "python-missing",
    within.length === 0
      ? `${python} is not installed on ${on.target.host}: install it, or name another as \`python\``
      : `${python} is not in the image that the environment is used in: put Python into the image, or mount one that the host has and name it as \`python\` and \`basePrefix\``,
  );
