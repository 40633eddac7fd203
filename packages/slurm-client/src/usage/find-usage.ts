import type { Cancellable } from "@hpckit/core";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { ownRows } from "../watch/job-track.js";
import type { WatchedJob } from "../watch/job-watcher.js";
import { buildUsage, type JobUsage } from "./job-usage.js";

/** What a job, or one task of it, used up to now: of one that may still run the steps are asked, too. Undefined without accounting, and before that knows it. */
export async function findUsage({ backend, facts }: SlurmContext, { reference, track }: WatchedJob, { signal }: Cancellable): Promise<JobUsage | undefined> {
  if (!facts.accounting) return undefined;
  const running = track.outcome === undefined ? componentIds(reference) : undefined;
  const { accounting, live } = await backend.usage([reference.id], { running, signal });
  const rows = ownRows(accounting, reference).filter(({ tasks }) => reference.task === undefined || tasks?.includes(reference.task) === true);
  const usage = buildUsage(rows, live);
  if (reference.task === undefined || usage?.tasks === undefined) return usage;
  return usage.tasks.find(({ task }) => task === reference.task);
}

/** Components have ids of their own, which follow each other. */
const componentIds = ({ id, components = 1 }: JobReference): readonly string[] => Array.from({ length: components }, (_, component) => String(Number(id) + component));
