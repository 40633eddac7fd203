import type { Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { parseTextRows } from "../cluster/text-rows.js";
import type { HistoryFilter } from "../jobs/job-filter.js";
import type { JobRecord } from "../jobs/job-summary.js";
import { askHistory, historyColumns, readRecord, type HistoryQuestion } from "./accounting-history.js";

/** A record that says of which cluster it is. */
export interface ClusterRecord extends JobRecord {
  readonly cluster: string;
}

export const clustersHistoryColumns = (version: HistoryQuestion["version"]) => [...historyColumns(version), "Cluster"] as const;

/** Asks accounting for jobs of several clusters. @param clusters - their names; not empty. @throws SlurmCommandError whenever its answer is not certain. */
export const queryClustersHistory = (commandLine: CommandLine, clusters: readonly string[], filter: HistoryFilter, options: Cancellable = {}): Promise<readonly ClusterRecord[]> =>
  askHistory({ ...commandLine, programs: { ...commandLine.programs, cluster: clusters.join(",") } }, filter, {
    ...options,
    columns: clustersHistoryColumns(commandLine.facts.version),
    parse: parseClustersHistory,
  });

/** @throws OutputUnreadableError; a record that was printed is never dropped. */
export const parseClustersHistory = (stdout: string, { version, fieldEnd }: Pick<HistoryQuestion, "version" | "fieldEnd">): readonly ClusterRecord[] =>
  parseTextRows(stdout, clustersHistoryColumns(version), { fieldEnd, program: "sacct" }).map((row) => ({ ...readRecord(row, version), cluster: row.Cluster }));
