import { randomBytes } from "node:crypto";
import { OptionsError, parseOptions, requireTransport, run, type ExecOptions, type LaunchLayer, type Recipe, type Transport, type UnresolvedLayer } from "@hpckit/core";
import type { ContainerOutcome } from "./container-outcome.js";
import { acceptSchema, guardedBy, type GuardOptions, type GuardSettings } from "./guard.js";
import { readReport } from "./read-report.js";

export interface RunInContainerOptions extends Omit<ExecOptions, "check">, GuardOptions {}

/** How it ended, and what the command itself printed: nothing of the engine's is in it. */
export interface ContainerResult {
  readonly outcome: ContainerOutcome;
  readonly stdout: string;
  readonly stdoutBytes: Uint8Array;
  readonly stderr: string;
  readonly durationMs: number;
}

/**
 * Runs a command in a container over there now, and tells how it ended: the command's failure from the engine's.
 *
 * Guarantees: as {@link guarded}. A connection that is lost, an abort and a time-out are thrown, as by `run`.
 * @param recipe - with one container among its layers.
 * @throws OptionsError if there is none, or several; or for a container with `verb: "run"`.
 * @throws OutputUnreadableError if the launch ended without the guard's word.
 */
export async function runInContainer(recipe: Recipe, on: Transport, options: RunInContainerOptions = {}): Promise<ContainerResult> {
  requireTransport(on, "runInContainer");
  const { accept, ...how } = options;
  const accepts = parseOptions(acceptSchema, accept ?? [], "runInContainer");
  const containers = recipe.layers.filter(({ name }) => name === "container").length;
  if (containers !== 1) {
    throw new OptionsError("runInContainer", [{ path: "layers", message: containers === 0 ? "there is no container(image) among the layers" : "there are several containers, and one outcome" }]);
  }
  const mark = `hpckit-${randomBytes(12).toString("hex")}`;
  const layers = recipe.layers.map((layer) => (layer.name === "container" ? withMark(layer, { accept: accepts, mark }) : layer));
  const { stdout, stdoutBytes, durationMs, ...result } = await run({ ...recipe, layers }, on, how);
  const { outcome, stderr } = readReport(result, mark, accepts);
  return { outcome, stdout, stdoutBytes, stderr, durationMs };
}

const withMark = (layer: LaunchLayer | UnresolvedLayer, settings: GuardSettings): LaunchLayer | UnresolvedLayer =>
  "resolve" in layer ? { ...layer, resolve: async (on, options) => guardedBy(await layer.resolve(on, options), settings) } : guardedBy(layer, settings);
