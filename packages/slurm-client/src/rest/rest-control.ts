import type { Cancellable } from "@hpckit/core";
import { z } from "zod";
import { controlJobs } from "../control/control-command.js";
import { findControlProblem } from "../control/control-problem.js";
import { targetId, type JobAction, type JobTarget } from "../control/job-action.js";
import type { ControlReply } from "../control/parse-control-reply.js";
import type { RestContext } from "./rest-context.js";
import { restFailure, type RestProblem, type RestReply } from "./rest-reply.js";

/** From 24.11 on, what became of each job that the request named; it stands in an answer of status 200. */
const statusSchema = z.looseObject({
  status: z.array(z.looseObject({ error: z.looseObject({ code: z.number().nullish(), message: z.string().nullish(), string: z.string().nullish() }).nullish() })).nullish(),
});

/**
 * Tells slurmctld to cancel jobs, each with a request of its own. All other orders are given on the login node: what slurmrestd says of them
 * was not yet compared.
 * @throws SlurmError where it is not known whether an order arrived.
 */
export async function controlRestJobs(context: RestContext, action: JobAction, targets: readonly JobTarget[], options: Cancellable = {}): Promise<readonly ControlReply[]> {
  // 22.05 answers alike whether there was anything to end or not: scancel tells. It takes many tasks of an array by one name, too.
  if (action.kind !== "cancel" || action.hurry || targets.some(({ range }) => range !== undefined) || !context.session.traits.jobStates) return controlJobs(context.commandLine, action, targets, options);
  return Promise.all(targets.map((target) => cancelJob(context, targetId(target), options)));
}

async function cancelJob({ session }: RestContext, id: string, { signal }: Cancellable): Promise<ControlReply> {
  const reply = await session.send({ method: "DELETE", daemon: "slurm", path: `job/${id}`, signal });
  const [problem] = [...reply.problems, ...readStatus(reply)];
  if (problem === undefined) return { kind: "done", refused: [] };
  const cause = findControlProblem(problem.text);
  // What is not in the table may be a controller that did not answer: 24.11 says "Operation not permitted" of that.
  if (cause === "other" || cause === "no-answer") throw restFailure({ ...reply, problems: [problem] }, `job ${id} is not cancelled`);
  return { kind: "refused", problem: cause, message: problem.text };
}

const readStatus = ({ body }: RestReply): readonly RestProblem[] =>
  (statusSchema.safeParse(body).data?.status ?? []).flatMap(({ error }) => {
    const code = error?.code ?? 0;
    return code === 0 ? [] : [{ number: code, text: error?.message ?? error?.string ?? "refused" }];
  });
