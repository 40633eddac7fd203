import { OptionsError, type Cancellable } from "@hpckit/core";
import type { SlurmVersion } from "../cluster/slurm-version.js";
import type { JobReference } from "../job/job-reference.js";
import { askNamesInPaths } from "../node/host-names.js";
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
 * The files that parts of a job write; the cluster is asked once at most, and once more for the machines behind nodes where names have `%N`.
 * @throws OptionsError where one cannot be known.
 */
export async function findLogPaths(context: SlurmContext, reference: JobReference, sources: readonly LogSource[], options: Cancellable): Promise<readonly LogPath[]> {
  const find = sources.some((source) => mustAsk(reference, source)) ? await askWhereabouts(context, reference, sources, options) : undefined;
  const all = sources.map((source) => ({ source, ...patternIn(reference, source, find?.(source)) }));
  const nameOf = await askNamesInPaths(context, all.flatMap(({ pattern, found }) => (ofNode.test(pattern) ? (found?.node ?? []) : [])), options);
  const { facts, transport } = context;
  return all.map(({ source, pattern, found }) => findPath(reference, source, { pattern, found: found && { ...found, node: found.node && nameOf(found.node) }, self: transport.target.user, version: facts.version }));
}

const ofNode = /%\d*N/;
const ofIndex = /%\d*[ab]/;
const ofOwnId = /%\d*[jJ]/;
const ofPart = /%\d*[ajJ]/;

const isPart = ({ task, component = 0 }: LogSource): boolean => task !== undefined || component > 0;

function mustAsk(reference: JobReference, source: LogSource): boolean {
  const pattern = patternOf(reference, source);
  // Where no task is named, the job may be an array that was not known to be one.
  return pattern === undefined || ofNode.test(pattern) || (isPart(source) ? ofOwnId : ofIndex).test(pattern);
}

const patternOf = ({ workFolder, output, error }: Pick<JobReference, "workFolder" | "output" | "error">, { file, stream }: LogSource): string | undefined =>
  file === undefined ? ((stream === "stderr" ? error : undefined) ?? output) : inFolder(workFolder, file);

function patternIn(reference: JobReference, source: LogSource, found: Whereabouts | undefined): { readonly pattern: string; readonly found: Whereabouts | undefined } {
  const pattern = patternOf(reference, source) ?? (found && patternOf(found, source));
  if (pattern === undefined) throw new OptionsError("job.log", [{ path: "file", message: `neither the reference of job ${reference.id} nor the cluster says where its output is: name the file, as sbatch was told it` }]);
  return { pattern, found };
}

interface Known {
  readonly pattern: string;
  /** Its node is named as in paths. */
  readonly found: Whereabouts | undefined;
  /** The account that asks. */
  readonly self: string;
  readonly version: SlurmVersion;
}

function findPath(reference: JobReference, source: LogSource, { pattern, found, self, version }: Known): LogPath {
  const ownId = isPart(source) ? found?.ownId : undefined;
  const ofStep = source.file !== undefined;
  const isKnown = (ofStep || !ofNode.test(pattern) || found?.node !== undefined) && (!isPart(source) || !ofOwnId.test(pattern) || ownId !== undefined);
  const values = { version, id: reference.id, task: source.task, isArray: found?.isArray, ownId, node: found?.node, name: reference.name ?? found?.name ?? "sbatch", user: reference.user ?? found?.user ?? self, ofStep };
  return { path: isKnown ? expandOutputPath(pattern, values) : undefined, isShared: !ofPart.test(pattern) };
}
