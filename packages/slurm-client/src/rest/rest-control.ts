import type { Cancellable } from "@hpckit/core";
import { z } from "zod";
import { allOrNone } from "../concurrency/all-or-none.js";
import { controlJobs } from "../control/control-command.js";
import { findControlProblem } from "../control/control-problem.js";
import { targetId, type JobAction, type JobTarget, type SignalReceiver } from "../control/job-action.js";
import type { ControlReply } from "../control/parse-control-reply.js";
import { wayOf } from "./rest-capabilities.js";
import type { RestContext } from "./rest-context.js";
import { restFailure, type RestProblem, type RestReply } from "./rest-reply.js";

/** From 24.11 on, what became of each job that the request named; it stands in an answer of status 200. */
const statusSchema = z.looseObject({
  status: z.array(z.looseObject({ error: z.looseObject({ code: z.number().nullish(), message: z.string().nullish(), string: z.string().nullish() }).nullish() })).nullish(),
});

/** Whom a signal reaches, in slurmrestd's words; without one it reaches the script and all steps. */
const receivers: Readonly<Record<SignalReceiver, string>> = { batch: "BATCH_JOB", steps: "FULL_STEPS_ONLY", all: "FULL_JOB" };

/** What a DELETE of a job says beside its id; undefined for what is no DELETE. */
function deletion(action: JobAction): Readonly<Record<string, string>> | undefined {
  if (action.kind === "signal") return { signal: action.signal, flags: receivers[action.to] };
  return action.kind === "cancel" && !action.hurry ? {} : undefined;
}

/**
 * Tells slurmctld to cancel or signal jobs, each with a request of its own. All other orders are given on the login node; see rest-capabilities.ts.
 * @throws SlurmError where it is not known whether an order arrived.
 */
export async function controlRestJobs(context: RestContext, action: JobAction, targets: readonly JobTarget[], options: Cancellable = {}): Promise<readonly ControlReply[]> {
  const query = deletion(action);
  // scancel takes many tasks of an array by one name.
  const isMany = targets.some(({ range }) => range !== undefined);
  if (query === undefined || isMany || wayOf(action.kind, context.session).kind === "command-line") return controlJobs(context.commandLine, action, targets, options);
  return allOrNone(targets, (target, together) => deleteJob(context, targetId(target), query, together), options);
}

async function deleteJob({ session }: RestContext, id: string, query: Readonly<Record<string, string>>, { signal }: Cancellable): Promise<ControlReply> {
  const reply = await session.send({ method: "DELETE", daemon: "slurm", path: `job/${id}`, query, signal });
  const [problem] = [...reply.problems, ...readStatus(reply)];
  if (problem === undefined) return { kind: "done", refused: [] };
  const cause = findControlProblem(problem.text);
  // What is not in the table may be a controller that did not answer: 24.11 says "Operation not permitted" of that.
  if (cause === "other" || cause === "no-answer") throw restFailure({ ...reply, problems: [problem] }, `what job ${id} was told is not known to have arrived`);
  return { kind: "refused", problem: cause, message: problem.text };
}

const readStatus = ({ body }: RestReply): readonly RestProblem[] =>
  (statusSchema.safeParse(body).data?.status ?? []).flatMap(({ error }) => {
    const code = error?.code ?? 0;
    return code === 0 ? [] : [{ number: code, text: error?.message ?? error?.string ?? "refused" }];
  });
