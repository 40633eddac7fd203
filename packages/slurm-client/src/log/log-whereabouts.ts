import { posix } from "node:path";
import type { Cancellable } from "@hpckit/core";
import type { ArchivedDetail } from "../accounting/archived-detail.js";
import type { JobDetail } from "../job/job-detail.js";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { ownRows } from "../watch/job-track.js";
import type { LogPart } from "./log-parts.js";

/** What only the cluster knows of the output of a job, of one task or of one component. */
export interface Whereabouts {
  readonly isArray: boolean;
  /** The node of the batch script; undefined before the job begins. */
  readonly node: string | undefined;
  /** The id of the part alone; a task has one only once it has begun. */
  readonly ownId: string | undefined;
  readonly user: string;
  readonly name: string;
  readonly workFolder: string | undefined;
  /** The patterns of its files. Accounting knows them from Slurm 24.11 on. */
  readonly output: string | undefined;
  readonly error: string | undefined;
}

export type FindWhereabouts = (part: LogPart) => Whereabouts | undefined;

/** Asks the controller once for all parts of a job, and accounting once if it has forgotten some of them. */
export async function askWhereabouts({ backend, facts }: SlurmContext, reference: JobReference, parts: readonly LogPart[], options: Cancellable): Promise<FindWhereabouts> {
  const live = ownRows(await backend.details([reference.id], options), reference).map(liveRow);
  const isForgotten = parts.some((part) => !live.some((row) => isOf(row, part)));
  const archived = isForgotten && facts.accounting ? ownRows(await backend.archivedDetails([reference.id], options), reference).map(archivedRow) : [];
  const rows = [...live, ...archived];
  return (part) => {
    const own = rows.find((row) => isOf(row, part))?.whereabouts;
    if (own === undefined || own.output !== undefined) return own;
    // All tasks of an array have the same patterns.
    const other = rows.find(({ whereabouts, tasks }) => tasks !== undefined && whereabouts.output !== undefined)?.whereabouts;
    return { ...own, output: other?.output, error: other?.error };
  };
}

interface Row extends Pick<JobDetail, "tasks" | "component"> {
  readonly whereabouts: Whereabouts;
}

/** The batch script of a heterogeneous job runs on its first component. */
const isOf = (row: Row, { task, component = 0 }: LogPart): boolean => (task === undefined || row.tasks?.includes(task) === true) && (row.component ?? 0) === component;

/** What was not given is a name that the controller does not tell in all versions. */
const liveRow = (detail: JobDetail): Row => archivedRow({ ...detail, output: detail.output ?? (detail.tasks === undefined ? "slurm-%j.out" : "slurm-%A_%a.out") });

function archivedRow({ tasks, component, state, restarts, ownId, batchHost, user, name, workFolder, output, error }: ArchivedDetail): Row {
  const begun = component !== undefined || state.base !== "PENDING" || restarts > 0;
  const path = (file: string | undefined): string | undefined => (file === undefined ? undefined : inFolder(workFolder, file));
  return { tasks, component, whereabouts: { isArray: tasks !== undefined, node: batchHost, ownId: begun ? ownId : undefined, user, name, workFolder, output: path(output), error: path(error) } };
}

/** A path within a folder; undefined where it needs one that nobody knows. */
export const inFolder = (folder: string | undefined, file: string): string | undefined => (file.startsWith("/") ? file : folder === undefined ? undefined : posix.resolve(folder, file));
