import type { Transport } from "@hpckit/core";
import { queryHistory } from "../accounting/accounting-history.js";
import { queryAccounting } from "../accounting/accounting-record.js";
import { queryArchivedDetails } from "../accounting/archived-detail.js";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import type { SlurmPrograms } from "../cluster/slurm-command.js";
import { surveyCluster } from "../inspect/survey.js";
import { queryPriorities } from "../priority/job-priority.js";
import { queryStartEstimates } from "../priority/start-estimate.js";
import { tryStart } from "../priority/trial-start.js";
import { controlJobs } from "../control/control-command.js";
import { queryJobDetails } from "../job/job-detail.js";
import { listJobs } from "../queue/list-jobs.js";
import { createQueueReader } from "../queue/parse-queue.js";
import { queryQueue } from "../queue/query-queue.js";
import { queryUsage } from "../usage/query-usage.js";
import { queryMarkedAccounting, queryMarkedQueue } from "../submit/marked-jobs.js";
import { submitOverCommandLine } from "../submit/submit-over-command-line.js";
import type { SlurmBackend } from "./slurm-backend.js";

/** Slurm's programs on a login node. */
export interface CommandLine {
  readonly transport: Transport;
  readonly programs: SlurmPrograms;
  readonly facts: ClusterFacts;
}

/** Asks with squeue, sacct and their kin, each at most once for a call. */
export const commandLineBackend = (commandLine: CommandLine): SlurmBackend => ({
  rest: undefined,
  queue: queueOf(commandLine),
  accounting: (ids, options) => queryAccounting(commandLine, ids, options),
  survey: (topics, options) => surveyCluster(commandLine, topics, options),
  priorities: (ids, options) => queryPriorities(commandLine, ids, options),
  startEstimates: (ids, options) => queryStartEstimates(commandLine, ids, options),
  tryStart: (submission, options) => tryStart(commandLine, submission, options),
  usage: (ids, query) => queryUsage(commandLine, ids, query),
  details: (ids, options) => queryJobDetails(commandLine, ids, options),
  archivedDetails: (ids, options) => queryArchivedDetails(commandLine, ids, options),
  control: (action, targets, options) => controlJobs(commandLine, action, targets, options),
  submit: (requests, options) => submitOverCommandLine(commandLine, requests, options),
  way: () => ({ kind: "command-line", because: [] }),
  markedInQueue: (marks, options) => queryMarkedQueue(commandLine, marks, options),
  markedInAccounting: (marks, sinceSeconds, options) => queryMarkedAccounting(commandLine, marks, sinceSeconds, options),
  list: (filter, options) => listJobs(commandLine, filter, options),
  history: (filter, options) => queryHistory(commandLine, filter, options),
});

/** A tick asks again and again, and most rows are as they were. */
function queueOf(commandLine: CommandLine): SlurmBackend["queue"] {
  const read = createQueueReader();
  return (ids, options = {}) => queryQueue(commandLine, ids, { ...options, read });
}
