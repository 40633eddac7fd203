import { randomUUID } from "node:crypto";
import { compose, parseOptions, prepare, raw, toCommand, type ExecResult, type ExecStream, type Launch, type Recipe } from "@hpckit/core";
import { refuseOtherCluster } from "../cluster/own-cluster.js";
import { askSlurm, renderCleanStart } from "../cluster/slurm-command.js";
import { launchSchema } from "../spec/launch-schema.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { withoutUnheardEnd } from "../step/unheard-end.js";
import { checkSteps } from "../step/check-steps.js";
import { endingWith } from "../step/ending-with.js";
import { listSteps } from "../step/list-steps.js";
import { saidTail } from "../step/said-tail.js";
import { renderStepOptions } from "../step/srun-arguments.js";
import { stepOptionsSchema, type StepOptions } from "../step/step-options.js";
import { step as stepLayer } from "../step/step.js";
import type { RunStepOptions } from "./allocation.js";
import { refuseRefused } from "./step-refusal.js";

export type StepCommand = readonly string[] | Recipe | Launch;

/** Looks at how srun ended, and at the end of what was printed on stderr. */
export type JudgeEnd = (result: ExecResult, said: string) => Promise<ExecResult>;

/** Starts a step in a job that runs, by srun on the login node. */
export async function runStep(context: SlurmContext, jobId: string, command: StepCommand, options: RunStepOptions, judge: JudgeEnd = (result) => Promise.resolve(result)): Promise<ExecStream> {
  const { stdin, onStderr, timeoutMs, signal, onProgress, ...step } = options;
  refuseOtherCluster(context.programs, "step");
  const checked = parseOptions(stepOptionsSchema, step satisfies StepOptions, "step");
  await checkSteps(compose(["true"], [stepLayer(step)]), context, { signal });
  const launch = await asLaunch(context, command, { signal, onProgress });
  const { argv, env } = toCommand(launch);
  const name = `${checked.name ?? "step"}-${randomUUID().slice(0, 8)}`;
  const programs = { ...context.programs, keepVariables: [...context.programs.keepVariables, ...Object.keys(env)] };
  const srun = ["srun", `--jobid=${jobId}`, "--export=ALL", ...renderStepOptions({ ...checked, name }), ...argv];
  const tail = saidTail(onStderr);
  const stream = context.transport.stream(["/bin/sh", "-c", renderCleanStart(programs, [raw('"$@"')]).shell, "hpckit", ...srun], { stdin, timeoutMs, signal, env, onStderr: tail.hear });
  const ended = stream.result.catch(async (error: unknown) => {
    // srun that is told to end takes its step with it; one that was killed (with its login node, say) leaves it.
    await endStep(context, jobId, name).catch(() => undefined);
    throw error;
  });
  return endingWith(stream, ended.then(async (end) => {
    const known = withoutUnheardEnd({ ...end, stderr: onStderr === undefined ? tail.said() : "" }, tail.said());
    return refuseRefused(jobId, await judge(known, tail.said()), tail.said());
  }));
}

async function asLaunch({ transport }: SlurmContext, command: StepCommand, options: Pick<RunStepOptions, "signal" | "onProgress">): Promise<Launch> {
  const recipe = launchSchema.safeParse(command).data ?? compose(command as readonly string[]);
  return "layers" in recipe ? prepare(recipe, transport, options) : recipe;
}

/** Ends the step of a name, where it is still there. */
async function endStep(context: SlurmContext, jobId: string, name: string): Promise<void> {
  for (const step of await listSteps(context, jobId)) if (step.name === name) await askSlurm(context.transport, context.programs, ["scancel", step.id]);
}
