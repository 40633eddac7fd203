import { formatIndexList, parseIndexList } from "../queue/index-ranges.js";
import { offsetOf } from "./cut-tasks.js";
import type { ChangedRequest, RecordedArray, SentReference, SetDefinition, SetRecord } from "./set-record.js";

/** One array that is to be sent. */
export interface SetArray extends ChangedRequest {
  /** Ends its key, behind the last slash: `1`, or `retry-2.1`. */
  readonly name: string;
  /** 0 for the first time that its tasks are sent. */
  readonly round: number;
  readonly tasks: readonly number[];
  /** What is added to the array's index to get the task. */
  readonly offset: number;
}

/** What was decided about a set so far. */
export interface SetLog {
  readonly definition: SetDefinition;
  readonly tasks: readonly number[];
  /** In the order in which they are to be sent. */
  readonly arrays: readonly SetArray[];
  /** Rounds after the first. */
  readonly rounds: number;
  /** Tasks that failed, and that the rule has nothing better for: since which round, and why. */
  readonly givenUp: ReadonlyMap<number, { readonly round: number; readonly why: string }>;
  /** Jobs of arrays, by their names, as far as they are recorded. */
  readonly sent: ReadonlyMap<string, SentReference>;
  readonly cancelled: boolean;
  /** The last round, 0 for the first, whose tasks had all ended when that was written down: the rule has had its say about them. -1 while there is none. */
  readonly endedRound: number;
}

/** Whether it is written down that every task had ended, and nothing was decided since. */
export const saysEnded = ({ rounds, endedRound }: SetLog): boolean => endedRound === rounds;

/** What the records of a set say together; undefined where there is none, or the last was abandoned. Pure. @param before - what those before them said. */
export function readSetLog(records: readonly SetRecord[], before?: SetLog): SetLog | undefined {
  let log = before;
  for (const record of records) log = withRecord(log, record);
  return log;
}

function withRecord(log: SetLog | undefined, record: SetRecord): SetLog | undefined {
  if (record.kind === "set") {
    // A second one can only follow one that was abandoned.
    if (log !== undefined) return log;
    return { definition: record, tasks: parseIndexList(record.tasks), arrays: namedArrays(record.arrays, 0, record.windowSize), rounds: 0, givenUp: new Map(), sent: new Map(), cancelled: false, endedRound: -1 };
  }
  if (log === undefined || record.kind === "abandoned") return undefined;
  if (record.kind === "cancelled") return { ...log, cancelled: true };
  if (record.kind === "ended") return { ...log, endedRound: log.rounds };
  if (record.kind === "sent") return { ...log, sent: new Map([...log.sent, ...Object.entries(record.jobs)]) };
  const round = log.rounds + 1;
  return {
    ...log,
    rounds: round,
    arrays: [...log.arrays, ...namedArrays(record.arrays, round, log.definition.windowSize)],
    givenUp: new Map([...log.givenUp, ...record.givenUp.flatMap(({ tasks, why }) => parseIndexList(tasks).map((task) => [task, { round, why }] as const))]),
  };
}

function namedArrays(arrays: readonly RecordedArray[], round: number, windowSize: number): readonly SetArray[] {
  return arrays.map(({ tasks: list, ...request }, index) => {
    const tasks = parseIndexList(list);
    const name = `${round === 0 ? "" : `retry-${round}.`}${index + 1}`;
    return { ...request, name, round, tasks, offset: offsetOf(tasks[0] ?? 0, windowSize) };
  });
}

/** The indices that Slurm is given. */
export const indicesOf = ({ tasks, offset }: Pick<SetArray, "tasks" | "offset">): readonly number[] => tasks.map((task) => task - offset);

export const recordArray = (tasks: readonly number[], request: ChangedRequest = {}): RecordedArray => ({ tasks: formatIndexList(tasks), ...request });
