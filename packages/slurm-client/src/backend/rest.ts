import { queryRestAccounting } from "../rest/rest-accounting.js";
import { restFactsOf } from "../rest/rest-capabilities.js";
import type { RestContext } from "../rest/rest-context.js";
import { controlRestJobs } from "../rest/rest-control.js";
import { queryRestQueue } from "../rest/rest-queue.js";
import { restWay } from "../rest/submit/submission-way.js";
import { createRestSubmission } from "../rest/submit/submit-over-rest.js";
import { commandLineBackend } from "./command-line.js";
import type { SlurmBackend } from "./slurm-backend.js";

/** Asks slurmrestd for what is asked often, and cancels over it; all else is asked on the login node beside it. */
export const restBackend = (context: RestContext): SlurmBackend => ({
  ...commandLineBackend(context.commandLine),
  rest: restFactsOf(context.session),
  queue: (ids, options) => queryRestQueue(context, ids, options),
  accounting: (ids, options) => queryRestAccounting(context, ids, options),
  submit: createRestSubmission(context),
  way: (spec) => restWay(context.session, spec),
  control: (action, targets, options) => controlRestJobs(context, action, targets, options),
});
