import { OptionsError, type Cancellable } from "@hpckit/core";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { LogPart } from "./log-parts.js";
import { askWhereabouts, inFolder, type Whereabouts } from "./log-whereabouts.js";
import { expandOutputPath } from "./output-path.js";

export type LogStream = "stdout" | "stderr";

/** Which file of a job. */
export interface LogSource extends LogPart {
  /** The pattern of a file that steps write; undefined for the output of the batch script. */
  readonly file: string | undefined;
}

/** Where a part of a job writes. */
export interface LogPath {
  /** undefined where the cluster does not know it yet: a job that waits has no node. */
  readonly path: string | undefined;
  /** Whether other tasks or components may turn out to write the same file. */
  readonly isShared: boolean;
}

/**
 * The files that parts of a job write; the cluster is asked once at most.
 * @throws OptionsError where one cannot be known.
 */
export async function findLogPaths(context: SlurmContext, reference: JobReference, sources: readonly LogSource[], options: Cancellable): Promise<readonly LogPath[]> {
  const find = sources.some((source) => mustAsk(reference, source)) ? await askWhereabouts(context, reference, sources, options) : undefined;
  return sources.map((source) => findPath(reference, source, { found: find?.(source), self: context.transport.target.user }));
}

const ofNode = /%\d*N/;
const ofOwnId = /%\d*[jJ]/;
const ofPart = /%\d*[ajJ]/;

const isPart = ({ task, component = 0 }: LogSource): boolean => task !== undefined || component > 0;

function mustAsk(reference: JobReference, source: LogSource): boolean {
  const pattern = patternOf(reference, source);
  return pattern === undefined || ofNode.test(pattern) || (isPart(source) && ofOwnId.test(pattern));
}

const patternOf = ({ workFolder, output, error }: Pick<JobReference, "workFolder" | "output" | "error">, { file, stream }: LogSource): string | undefined =>
  file === undefined ? ((stream === "stderr" ? error : undefined) ?? output) : inFolder(workFolder, file);

interface Known {
  readonly found: Whereabouts | undefined;
  /** The account that asks. */
  readonly self: string;
}

function findPath(reference: JobReference, source: LogSource, { found, self }: Known): LogPath {
  const pattern = patternOf(reference, source) ?? (found && patternOf(found, source));
  if (pattern === undefined) throw new OptionsError("job.log", [{ path: "file", message: `neither the reference of job ${reference.id} nor the cluster says where its output is: name the file, as sbatch was told it` }]);
  const ownId = isPart(source) ? found?.ownId : undefined;
  const isKnown = (source.file !== undefined || !ofNode.test(pattern) || found?.node !== undefined) && (!isPart(source) || !ofOwnId.test(pattern) || ownId !== undefined);
  const values = { id: reference.id, task: source.task, ownId, node: found?.node, name: reference.name ?? found?.name ?? "sbatch", user: reference.user ?? found?.user ?? self, ofStep: source.file !== undefined };
  return { path: isKnown ? expandOutputPath(pattern, values) : undefined, isShared: !ofPart.test(pattern) };
}
