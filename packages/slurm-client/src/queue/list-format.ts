import { randomUUID } from "node:crypto";
import { fieldEnd } from "./queue-format.js";

/** Columns of squeue that hold no text of users, in order. @see squeue(1), `--Format`; all known to 22.05 */
const plainColumns = {
  id: "JobArrayID",
  state: "State",
  exitCode: "exit_code",
  restarts: "RestartCnt",
  submittedAt: "SubmitTime",
  eligibleAt: "EligibleTime",
  startedAt: "StartTime",
  endedAt: "EndTime",
  elapsed: "TimeUsed",
  timeLimit: "TimeLimit",
  nodes: "NodeList",
  nodeCount: "NumNodes",
  cpuCount: "NumCPUs",
  resources: "tres-alloc",
  priority: "PriorityLong",
  user: "UserName",
  uid: "UserID",
  account: "Account",
  partition: "Partition",
  qos: "QOS",
  reservation: "Reservation",
} as const;

/** Columns that hold text of users or administrators. */
const textColumns = { reason: "Reason", workFolder: "WorkDir", name: "Name", comment: "Comment" } as const;

type ListColumn = keyof typeof plainColumns | keyof typeof textColumns;
export type ListFields = Readonly<Record<ListColumn, string>>;

/** Ends of texts and of records. Both must be unguessable and new for every call: names can hold any other. */
export interface ListEnds {
  readonly textEnd: string;
  readonly recordEnd: string;
}

export const newListEnds = (): ListEnds => ({ textEnd: `\x1f${randomUUID()}\x1f`, recordEnd: `\x1e${randomUUID()}\x1e` });

const plain = Object.values(plainColumns);
const texts = Object.values(textColumns);

/** The value of squeue's `--Format`; see `queueFormat`. */
export function listFormat({ textEnd, recordEnd }: ListEnds): string {
  const fields = plain.map((column, index) => `${column}:${index === plain.length - 1 ? textEnd : fieldEnd}`);
  return [...fields, ...texts.map((column, index) => `${column}:${index === texts.length - 1 ? recordEnd : textEnd}`)].join(",");
}

const plainNames = Object.keys(plainColumns) as (keyof typeof plainColumns)[];
const textNames = Object.keys(textColumns) as (keyof typeof textColumns)[];

/** The fields of one record; undefined if it is none. */
export function splitRecord(record: string, { textEnd }: ListEnds): ListFields | undefined {
  const [head = "", ...tail] = record.split(textEnd);
  const heads = head.split(fieldEnd);
  if (heads.length !== plain.length || tail.length !== texts.length) return undefined;
  const found: Partial<Record<ListColumn, string>> = {};
  plainNames.forEach((name, index) => {
    found[name] = heads[index] ?? "";
  });
  textNames.forEach((name, index) => {
    found[name] = tail[index] ?? "";
  });
  return found as ListFields;
}
