import { closeMatch } from "@hpckit/core";
import { z } from "zod";
import { idChunks } from "../cluster/chunks-of.js";
import { count } from "../spec/plain-values.js";
import { stateWords, type JobStateFlag, type JobStateName } from "../state/job-state.js";

/** Which jobs. What is named must all hold; of a list any entry may. An empty list is no job. */
export interface JobFilter {
  /** Only those of the user that is signed in. */
  readonly mine?: boolean | undefined;
  readonly users?: readonly string[] | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly partitions?: readonly string[] | undefined;
  readonly qos?: readonly string[] | undefined;
  /** Exactly as their owners wrote them. Accounting keeps a backtick for `"`: there the two are one. */
  readonly names?: readonly string[] | undefined;
  /** Of jobs and array jobs. */
  readonly ids?: readonly string[] | undefined;
  /** Jobs that have, or had, any of these nodes, in Slurm's form: `c[1-3],c7`. */
  readonly nodes?: string | undefined;
}

export type StateWord = Exclude<JobStateName, "UNKNOWN"> | JobStateFlag;

/** Which jobs of the queue. */
export interface ListFilter extends JobFilter {
  /** Default: jobs that have not ended. `all` adds those that ended lately (MinJobAge). */
  readonly states?: readonly StateWord[] | "all" | undefined;
  readonly reservations?: readonly string[] | undefined;
  /** Only jobs that were submitted, or queued again, then or later. */
  readonly submittedSince?: Date | undefined;
}

/** Which jobs of accounting. */
export interface HistoryFilter extends JobFilter {
  /**
   * Jobs that were in the queue with nothing to keep them waiting but others, or ran, at some time from then on. Without `ids` that leaves
   * out jobs which are held, wait for another, or begin later: accounting does not show them, `jobs.list` does. May be left out with `ids`.
   */
  readonly since?: Date | undefined;
  /** … and until then; default: now. */
  readonly until?: Date | undefined;
  /** What accounting says of them now. */
  readonly states?: readonly StateWord[] | undefined;
  /** A record for each run of a job that was queued again; default: the last. Of a reused id: each job's. */
  readonly everyRun?: boolean | undefined;
  /** The newest only, so many. */
  readonly limit?: number | undefined;
}

const word = z.string().regex(/^[^\s,'"-][^\s,]*$/, { error: "a name, without blanks and commas" });
const words = z.array(word);

const jobShape = {
  mine: z.boolean().optional(),
  users: words.optional(),
  accounts: words.optional(),
  partitions: words.optional(),
  qos: words.optional(),
  names: z.array(z.string().min(1)).optional(),
  ids: z.array(z.string().regex(/^[1-9]\d*$/, { error: "the id of a job is a whole number" })).optional(),
  nodes: z.string().regex(/^[\w.[\],-]+$/, { error: "nodes such as c[1-3],c7" }).optional(),
};

function noState(word: unknown): string {
  const match = typeof word === "string" ? closeMatch(word, stateWords) : undefined;
  return `${JSON.stringify(word)} is no state; ${match === undefined ? `they are ${stateWords.join(", ")}` : `did you mean "${match}"?`}`;
}

const states = z.array(z.enum(stateWords, { error: ({ input }) => noState(input) }), { error: 'a list of states such as ["PENDING"]' });
/** A union tells nothing of what is wrong in a list. */
const statesOrAll = z.union([z.literal("all"), states], { error: ({ input }) => (Array.isArray(input) ? states.safeParse(input).error?.issues.map(({ message }) => message).join("; ") : 'a list of states such as ["PENDING"], or "all"') });
const moment = z.date({ error: 'a Date, e.g. new Date("2027-01-02T03:04:05Z")' });

export const listFilterSchema: z.ZodType<ListFilter> = z.strictObject({
  ...jobShape,
  states: statesOrAll.optional(),
  reservations: words.optional(),
  submittedSince: moment.optional(),
});

export const historyFilterSchema: z.ZodType<HistoryFilter> = z
  .strictObject({ ...jobShape, since: moment.optional(), until: moment.optional(), states: states.optional(), everyRun: z.boolean().optional(), limit: count.optional() })
  .refine(({ since, ids }) => since !== undefined || ids !== undefined, { path: ["since"], error: "say from when on, or which ids: accounting can hold years" })
  .refine(({ since, until }) => since === undefined || until === undefined || since <= until, { path: ["until"], error: "comes before since" });

/** Whether some list is empty, so that no job can match: Slurm's tools would take it for every job. */
export const matchesNone = (filter: ListFilter | HistoryFilter): boolean => Object.values(filter).some((value) => Array.isArray(value) && value.length === 0);

/** The same filter, as often as it takes for all its ids: one command does not hold any number. */
export const filtersOf = <Filter extends JobFilter>(filter: Filter): readonly Filter[] => (filter.ids === undefined ? [filter] : [...idChunks(filter.ids)].map((ids) => ({ ...filter, ids })));
