import { createHash } from "node:crypto";
import { applyLayers, joinWords, parseOptions, raw, renderScript, requireTransport, setVariable, toCommand, type Cancellable, type ExecResult, type Launch, type LaunchLayer, type Transport } from "@hpckit/core";
import type { Image } from "../image/image.js";
import { adviceFor } from "../run/advice.js";
import { lossIn, reasonIn, withoutColours } from "../run/engine-words.js";
import { signalOf } from "../run/signal-names.js";
import { findInstance } from "./find-instance.js";
import { InstanceError } from "./instance-error.js";
import { instanceMark } from "./instance-functions.js";
import { alreadyThere, oneAtATime } from "./one-at-a-time.js";
import { instanceLayer, namedSchema, type InstanceOptions } from "./instance-layer.js";
import type { InstanceState } from "./instance-state.js";
import { stopInstance } from "./stop-instance.js";

export interface StartInstanceOptions extends InstanceOptions, Cancellable {
  /** For the image's start script. */
  readonly arguments?: readonly string[] | undefined;
  /** For its start script: variables, needed paths. What runs in it later sees the paths, and brings variables of its own. */
  readonly layers?: readonly LaunchLayer[] | undefined;
}

export type LiveInstance = Extract<InstanceState, { readonly kind: "running" | "idle" }>;

export interface StartedInstance {
  /** `already-there`: it runs since an earlier start with the same options. */
  readonly kind: "started" | "already-there";
  readonly instance: LiveInstance;
}

/**
 * Starts an instance on the transport's machine, once: with the same name and the same options it is found again.
 *
 * Guarantees: resolved ⇒ its first process was seen alive afterwards; `started` ⇒ the engine lost nothing of what it was given. What
 * is dead but listed under its name is cleared away first; an instance that was started with something else is left alone.
 * A secret that changed does not make another configuration. `already-there` may be the work of a start that was killed before it
 * could look at what the engine said.
 * @throws InstanceError
 */
export async function startInstance(on: Transport, image: Image, options: StartInstanceOptions): Promise<StartedInstance> {
  requireTransport(on, "startInstance");
  const { name } = parseOptions(namedSchema, options, "startInstance");
  const { arguments: words = [], layers = [], signal, ...instance } = options;
  const launch = applyLayers({ argv: words, cwd: undefined }, [instanceLayer(image, instance), ...layers]);
  const digest = createHash("sha256").update(renderScript(launch).text).digest("hex").slice(0, 32);
  const before = await findInstance(on, name, { signal });
  if (before.kind === "running" || before.kind === "idle") return already(before, digest);
  if (before.kind === "dead-but-listed") await stopInstance(on, name, { signal, program: programOf(instance) });
  const failure = await attempt(on, oneAtATime(marked(launch, digest), name), options);
  const after = await findInstance(on, name, { signal });
  const isLive = after.kind === "running" || after.kind === "idle";
  // Somebody else was faster.
  if (failure !== undefined && isLive) return already(after, digest);
  if (failure !== undefined) throw failureOf(name, on, failure);
  if (!isLive) throw notStarted(name, on, "it was gone at once: see its logs");
  return { kind: "started", instance: after };
}

/** Starts it, and gives the result if it fails. Its standard error is the engine's alone: what is started writes to logs. */
async function attempt(on: Transport, launch: Launch, { name, signal, ...instance }: StartInstanceOptions): Promise<ExecResult | undefined> {
  const { argv, env } = toCommand(launch);
  const result = await on.exec(argv, { env, signal });
  if (!result.ok) return result;
  const lost = wordsOf(result).filter((line) => lossIn(line) !== undefined);
  if (lost.length === 0) return undefined;
  await stopInstance(on, name, { signal, program: programOf(instance) });
  throw new InstanceError("instance-lost-data", `the instance ${name} on ${on.target.host} was stopped again, because the engine lost what it was given: ${lost.join("; ")}`, { detail: { lost } });
}

const wordsOf = ({ stderr, stdout }: ExecResult): readonly string[] => withoutColours(`${stderr}\n${stdout}`).split("\n");

function failureOf(name: string, on: Transport, result: ExecResult): InstanceError {
  const { exitCode, stderr, signal = signalOf(exitCode ?? 0) } = result;
  const reason = reasonIn(wordsOf(result));
  if (signal !== undefined && reason === undefined) {
    return new InstanceError("instance-start-interrupted", `the start of the instance ${name} on ${on.target.host} was ended by ${signal}, and the engine may go on with it: start it again, which finds it where it came up`, { retryable: true, detail: { signal } });
  }
  if (exitCode === alreadyThere && reason === undefined) return notStarted(name, on, "another start was faster, and its instance has ended");
  return notStarted(name, on, reason ?? (stderr.trim() === "" ? `the engine ended with status ${String(exitCode)} and said nothing` : stderr.trim()));
}

const programOf = ({ program, site }: Pick<StartInstanceOptions, "program" | "site">): string | undefined => program ?? site?.program;

/** Tells the instance what it is: it finds it in its own environment, and so does who looks at it. */
function marked(launch: Launch, digest: string): Launch {
  const step = setVariable(`APPTAINERENV_${instanceMark}`, joinWords(`${digest}:`, raw('"${SLURM_JOB_ID-}"')));
  const at = launch.setup.findLastIndex(({ kind }) => kind === "run") + 1;
  return { ...launch, setup: [...launch.setup.slice(0, at), step, ...launch.setup.slice(at)] };
}

function already(instance: LiveInstance, digest: string): StartedInstance {
  if (instance.configDigest === digest) return { kind: "already-there", instance };
  const origin = instance.configDigest === undefined ? "not by startInstance" : "with other options";
  throw new InstanceError("instance-differs", `an instance ${instance.name} runs on ${instance.host} already, started ${origin}: stop it first, or choose another name`, { detail: { name: instance.name, pid: instance.pid } });
}

function notStarted(name: string, on: Transport, reason: string): InstanceError {
  const advice = adviceFor(reason);
  return new InstanceError("instance-not-started", `the instance ${name} was not started on ${on.target.host}: ${reason}${advice === undefined ? "" : ` (${advice})`}`, { detail: { reason } });
}
