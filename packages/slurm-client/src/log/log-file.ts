import { posix } from "node:path";
import { OptionsError, type Cancellable } from "@hpckit/core";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { includesIndex } from "../queue/index-ranges.js";
import { ownRows } from "../watch/job-track.js";
import type { LogPart } from "./log-parts.js";
import { expandOutputPath } from "./output-path.js";

export type LogStream = "stdout" | "stderr";

/** Which file of a job. */
export interface LogSource extends LogPart {
  /** The pattern of a file that steps write; undefined for the output of the batch script. */
  readonly file: string | undefined;
}

/** What only the cluster knows of a job's file: where it was begun, and the id of one task alone. */
interface Whereabouts {
  readonly node: string | undefined;
  readonly ownId: string | undefined;
  readonly pattern: string | undefined;
  readonly workFolder: string | undefined;
}

/**
 * The file that a stream of a job, or of one task, is written to.
 * @returns undefined where the cluster does not know it yet: a job that waits has no node.
 * @throws OptionsError where it cannot be known.
 */
export async function findLogFile(context: SlurmContext, reference: JobReference, source: LogSource, options: Cancellable): Promise<string | undefined> {
  const { task, component = 0, stream, file } = source;
  let pattern = file === undefined ? ((stream === "stderr" ? reference.error : undefined) ?? reference.output) : inFolder(reference.workFolder, file);
  const isPart = task !== undefined || component > 0;
  const mustAsk = pattern === undefined || /%\d*N/.test(pattern) || (isPart && /%\d*[jJ]/.test(pattern));
  const found = mustAsk ? await lookUp(context, reference, source, options) : undefined;
  pattern ??= file === undefined ? found?.pattern : inFolder(found?.workFolder, file);
  if (pattern === undefined) throw new OptionsError("job.log", [{ path: "", message: `neither the reference of job ${reference.id} nor the controller says where its output is` }]);
  if (/%\d*N/.test(pattern) && found?.node === undefined && file === undefined) return undefined;
  if (isPart && /%\d*[jJ]/.test(pattern) && found?.ownId === undefined) return undefined;
  return expandOutputPath(pattern, { id: reference.id, task, ownId: isPart ? found?.ownId : undefined, node: found?.node, name: reference.name ?? "sbatch", user: context.transport.target.user, ofStep: file !== undefined });
}

const inFolder = (folder: string | undefined, file: string): string | undefined => (file.startsWith("/") ? file : folder === undefined ? undefined : posix.resolve(folder, file));

/** Asks the controller, and accounting for a job that it has forgotten. */
async function lookUp({ backend, facts }: SlurmContext, reference: JobReference, { task, component, stream }: LogSource, options: Cancellable): Promise<Whereabouts | undefined> {
  const isOwn = (row: { readonly tasks: readonly number[] | undefined; readonly component: number | undefined }): boolean =>
    (task === undefined || row.tasks?.includes(task) === true) && (component === undefined || row.component === component);
  const detail = ownRows(await backend.details([reference.id], options), reference).find(isOwn);
  if (detail !== undefined) {
    const output = detail.output === undefined || (detail.tasks !== undefined && detail.output.endsWith(`/slurm-${detail.ownId}.out`)) ? defaultOutput(detail.tasks) : detail.output;
    const pattern = posix.resolve(detail.workFolder, (stream === "stderr" ? detail.error : undefined) ?? output);
    // An id of its own has a task only once it has begun.
    const begun = component !== undefined || detail.state.base !== "PENDING" || detail.restarts > 0;
    return { node: detail.batchHost, ownId: begun ? detail.ownId : undefined, pattern, workFolder: detail.workFolder };
  }
  if (!facts.accounting) return undefined;
  const [records, { accounting }] = await Promise.all([backend.accounting([reference.id], options), backend.usage([reference.id], { signal: options.signal })]);
  const record = ownRows(records, reference).find(({ tasks }) => task === undefined || (tasks !== undefined && includesIndex(tasks, task)));
  const row = ownRows(accounting, reference).find((one) => one.step === undefined && isOwn(one));
  return { node: record?.nodes === undefined ? undefined : firstNode(record.nodes), ownId: row?.ownId, pattern: undefined, workFolder: undefined };
}

/** 22.05 makes up a name for what was not given, and for arrays a wrong one; later versions give none. */
const defaultOutput = (tasks: readonly number[] | undefined): string => (tasks === undefined ? "slurm-%j.out" : "slurm-%A_%a.out");

/** Of `c[3-5,7],d1` that is `c3`: the batch script runs on the first. */
const firstNode = (nodes: string): string => nodes.replace(/^([^[,]*)(?:\[(\d+)[^\]]*\]([^,]*))?.*$/, "$1$2$3");
