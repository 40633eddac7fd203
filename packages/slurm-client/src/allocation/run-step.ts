import { randomUUID } from "node:crypto";
import { compose, parseOptions, prepare, raw, toCommand, type ExecStream, type Launch, type Recipe } from "@hpckit/core";
import { askSlurm, renderCleanStart } from "../cluster/slurm-command.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { checkSteps } from "../step/check-steps.js";
import { renderStepOptions } from "../step/srun-arguments.js";
import { stepOptionsSchema, type StepOptions } from "../step/step-options.js";
import { step as stepLayer } from "../step/step.js";
import type { RunStepOptions } from "./allocation.js";

/** Starts a step in a job that runs, by srun on the login node. */
export async function runStep(context: SlurmContext, jobId: string, command: readonly string[] | Recipe | Launch, options: RunStepOptions): Promise<ExecStream> {
  const { stdin, timeoutMs, signal, onProgress, ...step } = options;
  const checked = parseOptions(stepOptionsSchema, step satisfies StepOptions, "step");
  await checkSteps(compose(["true"], [stepLayer(step)]), context, { signal });
  const launch = await asLaunch(context, command, { signal, onProgress });
  const { argv, env } = toCommand(launch);
  const name = `${checked.name ?? "step"}-${randomUUID().slice(0, 8)}`;
  const programs = { ...context.programs, keepVariables: [...context.programs.keepVariables, ...Object.keys(env)] };
  const srun = ["srun", `--jobid=${jobId}`, "--export=ALL", ...renderStepOptions({ ...checked, name }), ...argv];
  const stream = context.transport.stream(["/bin/sh", "-c", renderCleanStart(programs, [raw('"$@"')]).shell, "hpckit", ...srun], { stdin, timeoutMs, signal, env });
  const result = stream.result.catch(async (error: unknown) => {
    // srun that is told to end takes its step with it; one that was killed (with its login node, say) leaves it.
    await endStep(context, jobId, name).catch(() => undefined);
    throw error;
  });
  result.catch(() => undefined);
  return { result, [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator]() };
}

async function asLaunch({ transport }: SlurmContext, command: readonly string[] | Recipe | Launch, options: Pick<RunStepOptions, "signal" | "onProgress">): Promise<Launch> {
  const recipe = isArgv(command) ? compose(command) : command;
  return "layers" in recipe ? prepare(recipe, transport, options) : recipe;
}

const isArgv = (command: readonly string[] | Recipe | Launch): command is readonly string[] => Array.isArray(command);

/** Ends the step of a name, where it is still there. */
async function endStep({ transport, programs }: SlurmContext, jobId: string, name: string): Promise<void> {
  const { stdout } = await askSlurm(transport, programs, ["squeue", "--noheader", "--steps", `--jobs=${jobId}`, "--format=%i|%j"]);
  for (const line of stdout.split("\n")) {
    const [id = "", ...named] = line.trim().split("|");
    if (named.join("|") === name && /^\d+\.\d+$/.test(id)) await askSlurm(transport, programs, ["scancel", id]);
  }
}
