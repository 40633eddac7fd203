import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { ask, printedQuestion, type Question } from "../backend/question.js";
import { readNumber } from "../cluster/slurm-values.js";
import { parseTres, type Tres } from "../tres/tres.js";
import { queryWaiting, type WaitingPart } from "./waiting-job.js";

/**
 * What makes up the priority of a pending job: each factor as it counts, weighted.
 * @see sprio(1), slurm.conf(5) PriorityWeight…
 */
export interface JobPriority extends WaitingPart {
  /** A job of several partitions has a priority in each. */
  readonly partition: string;
  readonly user: string;
  readonly priority: number;
  readonly factors: {
    readonly site: number;
    readonly age: number;
    readonly association: number;
    readonly fairShare: number;
    readonly jobSize: number;
    readonly partition: number;
    readonly qos: number;
    /** Taken off. */
    readonly nice: number;
    readonly tres: Tres;
  };
}

/** A row of sprio, which names neither tasks nor components. */
export interface RecordPriority {
  readonly recordId: string;
  readonly found: Omit<JobPriority, keyof WaitingPart>;
}

const format = ["%i", "%r", "%u", "%Y", "%S", "%A", "%B", "%F", "%J", "%P", "%Q", "%N", "%T"];

/**
 * Of all pending jobs of some users. By ids sprio cannot be asked: 22.05 refuses a task that has no record of its own, 24.05 to 25.11.2 more than one
 * id ("Invalid job id"), and 24.11 answers for a task with the array's row.
 */
export const prioritiesQuestion = (users: readonly string[]): Question<readonly RecordPriority[]> => printedQuestion(["sprio", "--noheader", `--user=${users.join(",")}`, `--format=${format.join("|")}`], parsePriorities);

/** Asks squeue which jobs wait, and sprio about their users' jobs: two round trips, or one where none waits. @param ids - none asks for all of the user. */
export async function queryPriorities(commandLine: CommandLine, ids: readonly string[], options: Cancellable = {}): Promise<readonly JobPriority[]> {
  const waiting = await queryWaiting(commandLine, ids.length === 0 ? "own" : ids, options);
  const users = [...new Set(waiting.map(({ uid }) => uid))];
  if (users.length === 0) return [];
  const byRecord = new Map<string, RecordPriority["found"][]>();
  for (const { recordId, found } of await ask(commandLine, prioritiesQuestion(users), options)) byRecord.set(recordId, [...(byRecord.get(recordId) ?? []), found]);
  return waiting.flatMap(({ part, recordId }) => (byRecord.get(recordId) ?? []).map((found) => ({ ...part, ...found })));
}

/** Reads rows of sprio; a job that does not wait has none. */
export function parsePriorities(stdout: string): readonly RecordPriority[] {
  return stdout.split("\n").filter((line) => line.includes("|")).map((line) => {
    const fields = line.split("|").map((field) => field.trim());
    const [recordId = "", partition = "", user = ""] = fields;
    if (fields.length !== format.length || !/^[1-9]\d*$/.test(recordId)) throw new OutputUnreadableError("sprio", "a row that cannot be read", line);
    const [priority, site, age, association, fairShare, jobSize, ofPartition, qos, nice] = fields.slice(3, 12).map((field) => readNumber(field) ?? 0) as [number, number, number, number, number, number, number, number, number];
    return { recordId, found: { partition, user, priority, factors: { site, age, association, fairShare, jobSize, partition: ofPartition, qos, nice, tres: parseTres(fields[12]) } } };
  });
}
