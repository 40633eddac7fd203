import { enter, joinWords, OptionsError, parseOptions, raw, type Launch, type LaunchLayer, type Word } from "@hpckit/core";
import { renderStepOptions } from "./srun-arguments.js";
import { stepOptionsSchema, type StepOptions } from "./step-options.js";

/** The layer of a step. A submission reads its options, to check them against the cluster. */
export interface StepLayer extends LaunchLayer {
  readonly step: StepOptions;
}

/**
 * Runs what stands to its right in every task that `srun` starts: left of it once per job, right of it once per task. So each
 * rank gets its own PMI variables, inside its own container.
 *
 * A submission refuses an MPI type that the cluster lacks, and options that its Slurm does not know.
 * @throws OptionsError, when the launch is composed, for a fragment right of it that must run once per job or per node.
 * @example `compose(["./model"], [step({ ntasks: 64, mpi: "pmix", cpuBinding: "cores" }), container(image)])`
 * @see srun(1)
 */
export function step(options: StepOptions = {}): StepLayer {
  const checked = parseOptions(stepOptionsSchema, options, "step");
  const flags: readonly Word[] = [
    "--export=ALL",
    ...(checked.cpusPerTask === undefined ? [joinWords("--cpus-per-task=", raw('"${SLURM_CPUS_PER_TASK:-1}"'))] : []),
    ...renderStepOptions(checked),
  ];
  return {
    name: "step",
    boundary: "tasks",
    step: options,
    apply: (launch) => {
      refuseWiderScopes(launch);
      const { argv, carry } = enter(launch);
      return { argv: ["srun", ...flags, ...argv], cwd: undefined, setup: carry, teardown: [], needs: launch.needs };
    },
  };
}

function refuseWiderScopes({ setup, teardown }: Launch): void {
  const wider = [...setup, ...teardown].find((fragment) => fragment.kind === "run" && fragment.scope !== "task");
  if (wider?.kind !== "run") return;
  throw new OptionsError("step", [
    { path: "", message: `a fragment to the right runs once per ${wider.scope}, but there every task would run it: put its layer left of step(), near ${JSON.stringify(wider.shell.slice(0, 80))}` },
  ]);
}
