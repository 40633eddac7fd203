import { cancellableShape, commandLine, lines, parseOptions, raw, requireTransport, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { instanceStatsCommand } from "../command/instance-commands.js";
import { programSchema } from "../engine/program.js";
import { reasonIn, withoutColours } from "../run/engine-words.js";
import { scrubVariables } from "../variable/host-variables.js";
import { findInstance } from "./find-instance.js";
import type { InstanceLookup } from "./instance-state.js";
import { parseStats, type InstanceFigures } from "./parse-stats.js";

export interface MeasureInstanceOptions extends Cancellable {
  readonly program?: string | undefined;
}

/**
 * - `measured`: what its cgroup counts;
 * - `unknown`: the engine has no figures, for this reason: mostly that it could make no cgroup when it started the instance;
 * - `not-running`: its container is not there, or on another machine.
 */
export type InstanceMeasure =
  | { readonly kind: "measured"; readonly figures: InstanceFigures }
  | { readonly kind: "unknown"; readonly reason: string }
  | { readonly kind: "not-running"; readonly state: InstanceLookup };

const optionsSchema: z.ZodType<MeasureInstanceOptions, MeasureInstanceOptions> = z.strictObject({ program: programSchema, ...cancellableShape });

/**
 * What an instance of the transport's machine uses now. Takes a second, which the engine waits.
 *
 * Figures need a cgroup: of an ordinary account systemd and cgroups of version 2. Where tests run there are none, so `unknown` was
 * seen from Apptainer 1.4.5, and `measured` from what its library prints of a cgroup.
 * @throws OutputUnreadableError if what answers are no figures.
 * @see apptainer instance stats, `--json --no-stream`
 */
export async function measureInstance(on: Transport, name: string, options: MeasureInstanceOptions = {}): Promise<InstanceMeasure> {
  requireTransport(on, "measureInstance");
  const { program, signal } = parseOptions(optionsSchema, options, "measureInstance");
  const state = await findInstance(on, name, { signal });
  if (state.kind !== "running" && state.kind !== "idle") return { kind: "not-running", state };
  const script = lines(raw(scrubVariables([]).shell), raw(`exec ${commandLine(instanceStatsCommand(name, { json: true, once: true, program }))}`));
  const { ok, stdout, stderr } = await on.exec(["sh", "-c", script.shell], { signal });
  if (ok) return { kind: "measured", figures: parseStats(stdout) };
  const said = withoutColours(stderr);
  return { kind: "unknown", reason: (reasonIn(said.split("\n")) ?? said.trim()).replace(/^Error for command "stats": /, "") };
}
