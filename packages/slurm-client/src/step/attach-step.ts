import { cancellableShape, lines, OptionsError, parseOptions, raw, sh, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { refuseOtherCluster } from "../cluster/own-cluster.js";
import { renderCleanStart } from "../cluster/slurm-command.js";
import { targetId } from "../control/job-action.js";
import { commandFailed } from "../error/command-failed.js";
import { StepUnavailableError } from "../error/step-errors.js";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { AttachedEnd, AttachedStep, AttachOptions } from "./attached-step.js";
import { endingWith } from "./ending-with.js";
import { finalStepState } from "./final-step-state.js";
import { listSteps, type LiveStep } from "./list-steps.js";
import { sattach, type SattachEnd } from "./sattach-attempts.js";

const index = z.int().nonnegative();
const given = <Value>() => z.custom<Value>((value) => value !== null).optional();

const attachOptionsSchema: z.ZodType<AttachOptions> = z
  .strictObject({ step: z.union([index, z.string().min(1)]).optional(), task: index.optional(), label: z.boolean().optional(), stdin: given<AttachOptions["stdin"]>(), inputTask: index.optional(), onStderr: given<AttachOptions["onStderr"]>(), ...cancellableShape })
  .refine(({ inputTask, stdin }) => inputTask === undefined || stdin !== undefined, { path: ["inputTask"], error: "there is no stdin for it" });

/** Attaches to a step of a job that runs. @throws StepUnavailableError */
export async function attachStep(context: SlurmContext, reference: JobReference, options: AttachOptions): Promise<AttachedStep> {
  const { step: wanted, task, label = false, stdin, inputTask, onStderr, signal } = parseOptions(attachOptionsSchema, options, "job.attach");
  refuseOtherCluster(context.programs, "job.attach");
  const step = await findStep(context, reference, wanted, { signal });
  const filters = { "output-filter": task, "error-filter": task, "input-filter": inputTask };
  const argv = ["sattach", ...(label ? ["--label"] : []), ...Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])), step.id];
  const script = lines(stdin === undefined ? withoutInput : undefined, renderCleanStart(context.programs, [raw('"$@"')]));
  const attached = sattach({
    clock: context.clock,
    start: (given) => context.transport.stream(["/bin/sh", "-c", script.shell, "hpckit", ...argv], given),
    isThere: async () => (await liveSteps(context, reference, { signal })).some(({ id, startedAtSeconds }) => id === step.id && startedAtSeconds === step.startedAtSeconds),
    stdin, onStderr, signal,
  });
  return { stepId: step.id, ...endingWith(attached, attached.result.then((ended) => judgeEnd(context, reference, step, ended, { signal }))) };
}

/**
 * What sattach reads at the end of its input is the end of the tasks' input: `</dev/null` takes it from whoever feeds them (22.05 to 26.05). So it reads
 * from a pipe that nobody ever writes to or closes.
 */
const withoutInput = sh`
  hpckit_folder=$(mktemp -d) && mkfifo -m 600 "$hpckit_folder/in" || exit 1
  exec 0<>"$hpckit_folder/in"
  rm -rf -- "$hpckit_folder"
`;

const liveSteps = (context: SlurmContext, reference: JobReference, options: Cancellable): Promise<readonly LiveStep[]> => listSteps(context, targetId(reference), options);

async function findStep(context: SlurmContext, reference: JobReference, wanted: number | string | undefined, options: Cancellable): Promise<LiveStep> {
  const { task, tasks } = reference;
  if (tasks !== undefined && task === undefined) throw new OptionsError("job.attach", [{ path: "", message: "an array has steps in each task: say which with job.task(index)" }]);
  const steps = await liveSteps(context, reference, options);
  const running = steps.map((step) => `${step.id} ${step.name}`);
  const found = steps.filter(({ number, name }) => wanted === undefined || number === wanted || name === wanted).at(-1);
  if (found !== undefined) return found;
  if (wanted === "batch" || wanted === "extern" || wanted === "interactive") throw new StepUnavailableError("step-not-attachable", `Slurm attaches to no ${wanted} step: read the log of job ${targetId(reference)} instead`, running);
  const which = wanted === undefined ? "no step that srun has started" : `no step ${JSON.stringify(wanted)}`;
  throw new StepUnavailableError("step-not-found", `job ${targetId(reference)} has ${which} now; ${running.length === 0 ? "none is running: before its srun begins, wait for it (job.events() tells of the job's start) and attach again; after its end, read job.log()" : `running: ${running.join(", ")}`}`, running);
}

/** sattach exits with 0 also where tasks were killed, or had ended before: only accounting knows that all went well. */
async function judgeEnd(context: SlurmContext, reference: JobReference, step: LiveStep, ended: SattachEnd | undefined, options: Cancellable): Promise<AttachedEnd> {
  if (ended?.said.includes("Could not get job step info") === true) throw new StepUnavailableError("step-not-found", `step ${step.id} has ended before it could be attached to`, []);
  const codes = [...(ended?.said.matchAll(/^sattach: error: task \d+ exited with exit code (\d+)$/gm) ?? [])].map(([, code]) => Number(code));
  if (ended?.result.ok === false && codes.length === 0) throw commandFailed({ ...ended.result, stderr: ended.said });
  const state = await finalStepState(context, reference, step, options);
  const highest = codes.length === 0 ? undefined : Math.max(...codes);
  return { state, exitCode: highest ?? (state === "COMPLETED" ? 0 : undefined) };
}
