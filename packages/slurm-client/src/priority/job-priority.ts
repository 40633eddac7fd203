import { OutputUnreadableError } from "@hpckit/core";
import { printedQuestion, type Question } from "../backend/question.js";
import { readNumber } from "../cluster/slurm-values.js";
import { parseTres, type Tres } from "../tres/tres.js";

/**
 * What makes up the priority of a pending job: each factor as it counts, weighted.
 * @see sprio(1), slurm.conf(5) PriorityWeight…
 */
export interface JobPriority {
  /** Of an array job: the array's. */
  readonly jobId: string;
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

const format = ["%i", "%r", "%u", "%Y", "%S", "%A", "%B", "%F", "%J", "%P", "%Q", "%N", "%T"];

const questionOf = (which: string): Question<readonly JobPriority[]> => printedQuestion(["sprio", "--noheader", which, `--format=${format.join("|")}`], parsePriorities);

/** @param ids - not empty: an empty list means every job. */
export const prioritiesQuestion = (ids: readonly string[]): Question<readonly JobPriority[]> => questionOf(`--jobs=${ids.join(",")}`);

/** Of all pending jobs of a user. */
export const ownPrioritiesQuestion = (user: string): Question<readonly JobPriority[]> => questionOf(`--user=${user}`);

/** Reads rows of sprio; a job that does not wait has none. */
export function parsePriorities(stdout: string): readonly JobPriority[] {
  return stdout.split("\n").filter((line) => line.includes("|")).map((line) => {
    const fields = line.split("|").map((field) => field.trim());
    const [jobId = "", partition = "", user = ""] = fields;
    if (fields.length !== format.length || !/^[1-9]\d*$/.test(jobId)) throw new OutputUnreadableError("sprio", "a row that cannot be read", line);
    const [priority, site, age, association, fairShare, jobSize, ofPartition, qos, nice] = fields.slice(3, 12).map((field) => readNumber(field) ?? 0) as [number, number, number, number, number, number, number, number, number];
    return { jobId, partition, user, priority, factors: { site, age, association, fairShare, jobSize, partition: ofPartition, qos, nice, tres: parseTres(fields[12]) } };
  });
}
