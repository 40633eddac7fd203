import { enter, OptionsError, parseDuration, parseOptions, type DurationInput, type LaunchLayer } from "@hpckit/core";
import type { JobSpecInput } from "../spec/job-spec.js";
import { onEveryNode } from "../submit/batch-script.js";
import { ownFence } from "../submit/ended-in-order.js";
import { renderSurvival } from "./survival-script.js";
import { surviveLimitOptionsSchema, type SurvivalSettings, type SurviveLimitOptions } from "./survival-settings.js";

/**
 * Makes a job spec of one whose job goes on after its time limit, or after it was preempted: before the limit its command is asked for a
 * checkpoint, ends, and the job queues itself again under its id. The command must continue from its last checkpoint when it
 * is started again, and write one so that it is whole or absent.
 *
 * Guarantees: a job that was cancelled does not come back. A command that ends by itself before the warning ends the job with its own exit
 * code. An end that leaves work undone is never exit code 0: see {@link survivalExitCodes}, and the reason on the job's stderr.
 * Array tasks go on each by itself, a heterogeneous job as a whole.
 * @throws OptionsError where the spec contradicts it.
 * @see sbatch(1), `--signal`, `--requeue`, `--open-mode`; scontrol(1), `requeue`
 */
export function surviveLimit(spec: JobSpecInput, options: SurviveLimitOptions): JobSpecInput {
  const { requeues, warnSeconds = 120, checkpoint = { signal: "USR2" }, unfinishedExitCode } = parseOptions(surviveLimitOptionsSchema, options, "surviveLimit");
  const settings: SurvivalSettings = { requeues, warnSeconds, checkpoint, unfinishedExitCode };
  refuseContradictions(spec, warnSeconds);
  const layer: LaunchLayer = {
    name: "survive limit",
    apply: (launch) => {
      const { argv, carry } = enter(launch, { onEveryNode });
      return { argv: ["/bin/sh", "-c", renderSurvival(argv, settings).shell, "/bin/sh", ownFence], cwd: undefined, setup: carry, teardown: [], needs: launch.needs };
    },
  };
  const { launch } = spec;
  return {
    ...spec,
    requeue: spec.requeue ?? true,
    warningSignal: { name: "USR2", secondsBefore: warnSeconds, to: "batch" },
    openMode: "append",
    launch: "layers" in launch ? { ...launch, layers: [layer, ...launch.layers] } : layer.apply(launch),
  };
}

function refuseContradictions(spec: JobSpecInput, warnSeconds: number): void {
  const issues: { path: string; message: string }[] = [];
  if (spec.requeue === false) issues.push({ path: "requeue", message: "a job that may not be queued again cannot survive its limit: leave it out" });
  if (spec.warningSignal !== undefined) issues.push({ path: "warningSignal", message: "it is set here: say when with warnSeconds, and what the command gets with checkpoint" });
  if (spec.openMode === "truncate") issues.push({ path: "openMode", message: "the log of a later run would replace those before it: leave it out" });
  issues.push(...timesOf(spec).filter(({ time }) => parseDuration(time).seconds <= warnSeconds).map(({ path }) => ({ path, message: `not longer than the ${warnSeconds} seconds of the warning: the command would be ended as soon as it starts` })));
  if (issues.length > 0) throw new OptionsError("surviveLimit", issues);
}

/** All that Slurm may make the time limit: of each component, too. */
function timesOf({ components = [], ...whole }: JobSpecInput): readonly { readonly path: string; readonly time: DurationInput }[] {
  const parts = [{ at: "", part: whole }, ...components.map((part, index) => ({ at: `components[${index}].`, part }))];
  return parts.flatMap(({ at, part }) => (["time", "timeMin"] as const).flatMap((field) => (part[field] === undefined ? [] : [{ path: `${at}${field}`, time: part[field] }])));
}
