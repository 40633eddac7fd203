import { enter, joinWords, OptionsError, parseOptions, raw, type Launch, type LaunchLayer, type Word } from "@hpckit/core";
import { z } from "zod";

/** How `srun` starts the tasks of a step. What is left out is the job's. */
export interface StepOptions {
  /** Tasks over all nodes. */
  readonly ntasks?: number | undefined;
  readonly nodes?: number | undefined;
  readonly ntasksPerNode?: number | undefined;
  /** By default what the job asked for; since 22.05 srun no longer takes that over by itself. */
  readonly cpusPerTask?: number | undefined;
  /** How MPI processes find each other, e.g. `pmix`; `srun --mpi=list` shows what the site has. */
  readonly mpi?: string | undefined;
  /** Begin each line of output with the number of its task. */
  readonly label?: boolean | undefined;
  /** Options of srun that have no field here, each as one word. Nothing is checked about them. */
  readonly extraArguments?: readonly string[] | undefined;
}

const count = z.int().positive();

const stepOptionsSchema: z.ZodType<StepOptions> = z.strictObject({
  ntasks: count.optional(),
  nodes: count.optional(),
  ntasksPerNode: count.optional(),
  cpusPerTask: count.optional(),
  mpi: z.string().regex(/^[\w-]+$/, { error: "the name of an MPI type" }).optional(),
  label: z.boolean().optional(),
  extraArguments: z.array(z.string().regex(/^--[a-z]/, { error: 'write "--name=value" or "--name"' })).optional(),
});

/**
 * Runs what stands to its right in every task that `srun` starts: left of it once per job, right of it once per task. So each
 * rank gets its own PMI variables, inside its own container.
 *
 * @throws OptionsError, when the launch is composed, for a fragment right of it that must run once per job or per node.
 * @example `compose(["./model"], [step({ ntasks: 64, mpi: "pmix" }), container(image)])`
 * @see srun(1)
 */
export function step(options: StepOptions = {}): LaunchLayer {
  const { ntasks, nodes, ntasksPerNode, cpusPerTask, mpi, label, extraArguments = [] } = parseOptions(stepOptionsSchema, options, "step");
  const flags: readonly Word[] = [
    "--export=ALL",
    ...(ntasks === undefined ? [] : [`--ntasks=${ntasks}`]),
    ...(nodes === undefined ? [] : [`--nodes=${nodes}`]),
    ...(ntasksPerNode === undefined ? [] : [`--ntasks-per-node=${ntasksPerNode}`]),
    cpusPerTask === undefined ? joinWords("--cpus-per-task=", raw('"${SLURM_CPUS_PER_TASK:-1}"')) : `--cpus-per-task=${cpusPerTask}`,
    ...(mpi === undefined ? [] : [`--mpi=${mpi}`]),
    ...(label === true ? ["--label"] : []),
    ...extraArguments,
  ];
  return {
    name: "step",
    boundary: "tasks",
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
