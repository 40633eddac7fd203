import { OutputUnreadableError } from "@hpckit/core";
import { printedQuestion, type Question } from "../backend/question.js";
import { parseKeyValues } from "../cluster/key-values.js";
import { readEpoch, readList, readNumber, readWord } from "../cluster/slurm-values.js";
import { expandNodeList } from "../node/node-list.js";
import { parseTres, type Tres } from "../tres/tres.js";

/** What kind of reservation it is, and how it behaves. @see scontrol(1), RESERVATIONS, Flags */
export type ReservationFlag =
  | "ALL_NODES"
  | "ANY_NODES"
  | "DAILY"
  | "FIRST_CORES"
  | "FLEX"
  | "FORCE_START"
  | "HOURLY"
  | "IGNORE_JOBS"
  | "MAGNETIC"
  | "MAINT"
  | "NO_HOLD_JOBS_AFTER_END"
  | "NO_PURGE_COMP"
  | "OVERLAP"
  | "PART_NODES"
  | "PURGE_COMP"
  | "REPLACE"
  | "REPLACE_DOWN"
  | "SPEC_NODES"
  | "STATIC"
  | "TIME_FLOAT"
  | "USER_DELETE"
  | "WEEKDAY"
  | "WEEKEND"
  | "WEEKLY";

const knownFlags = [
  "ALL_NODES", "ANY_NODES", "DAILY", "FIRST_CORES", "FLEX", "FORCE_START", "HOURLY", "IGNORE_JOBS",
  "MAGNETIC", "MAINT", "NO_HOLD_JOBS_AFTER_END", "NO_PURGE_COMP", "OVERLAP", "PART_NODES", "PURGE_COMP",
  "REPLACE", "REPLACE_DOWN", "SPEC_NODES", "STATIC", "TIME_FLOAT", "USER_DELETE", "WEEKDAY", "WEEKEND",
  "WEEKLY",
] as const satisfies readonly ReservationFlag[];

const isKnown = (word: string): word is ReservationFlag => (knownFlags as readonly string[]).includes(word);

/** Who may use a reservation: those of a list, or all but those of `except`. Empty lists say nothing. */
export interface ReservationAccess {
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/**
 * Nodes, cores or licences that are kept for somebody, or for nobody, for a while.
 * @see scontrol(1), `show reservation`
 */
export interface Reservation {
  readonly name: string;
  /** Seconds since the epoch. Of one that repeats: the next time, or the current. */
  readonly startsAtSeconds: number;
  /** `Infinity` without an end. */
  readonly endsAtSeconds: number;
  readonly active: boolean;
  readonly flags: readonly ReservationFlag[];
  /** Flags that are not known here. */
  readonly otherFlags: readonly string[];
  /** Whether it is for the nodes' maintenance, and no job runs in it but administrators'. */
  readonly isMaintenance: boolean;
  /** Names of its nodes; empty for a reservation of licences alone. */
  readonly nodes: readonly string[];
  readonly coreCount: number | undefined;
  /** Of the whole reservation. */
  readonly tres: Tres;
  readonly partition: string | undefined;
  readonly users: ReservationAccess;
  readonly accounts: ReservationAccess;
  readonly groups: readonly string[];
  readonly qos: readonly string[];
  /** `name:count`. */
  readonly licenses: readonly string[];
  readonly comment: string | undefined;
}

export const reservationsQuestion: Question<readonly Reservation[]> = printedQuestion(["scontrol", "--oneliner", "show", "reservation"], parseReservations);

/**
 * Reads `scontrol --oneliner show reservation`.
 * @throws OutputUnreadableError for an answer that shows none, and does not say that there is none.
 */
export function parseReservations(stdout: string): readonly Reservation[] {
  // The name can hold blanks, and what stands behind `Comment=` anything.
  const rows = [...stdout.matchAll(/^ReservationName=(.*?) (StartTime=.*)$/gm)];
  if (rows.length === 0 && !/^No reservations/m.test(stdout)) throw new OutputUnreadableError("scontrol show reservation", "neither a reservation nor word that there is none", stdout);
  return rows.map(([, name = "", rest = ""]) => parseReservation(name, rest));
}

function parseReservation(name: string, rest: string): Reservation {
  const pairs = parseKeyValues(rest);
  const startsAtSeconds = readEpoch(pairs.get("StartTime"));
  if (startsAtSeconds === undefined) throw new OutputUnreadableError("scontrol show reservation", "a reservation without a start", rest);
  const words = readList(pairs.get("Flags")).map((word) => word.replace(/=.*$/, ""));
  const flags = words.filter(isKnown);
  return {
    name,
    startsAtSeconds,
    endsAtSeconds: readEpoch(pairs.get("EndTime")) ?? Infinity,
    active: pairs.get("State") === "ACTIVE",
    flags,
    otherFlags: words.filter((word) => !isKnown(word)),
    isMaintenance: flags.includes("MAINT"),
    nodes: readNodes(pairs.get("Nodes")),
    coreCount: readNumber(pairs.get("CoreCnt")),
    tres: parseTres(pairs.get("TRES")),
    partition: readWord(pairs.get("PartitionName")),
    users: readAccess(pairs.get("Users")),
    accounts: readAccess(pairs.get("Accounts")),
    groups: readList(pairs.get("Groups")),
    qos: readList(pairs.get("QOS")),
    licenses: readList(pairs.get("Licenses")),
    comment: / Comment=(.*)$/.exec(rest)?.[1],
  };
}

function readNodes(text = ""): readonly string[] {
  const names = expandNodeList(readWord(text) ?? "");
  if (names === undefined) throw new OutputUnreadableError("scontrol show reservation", "a list of nodes that cannot be read", text);
  return names;
}

function readAccess(text: string | undefined): ReservationAccess {
  const words = readList(text);
  return { only: words.filter((word) => !word.startsWith("-")), except: words.filter((word) => word.startsWith("-")).map((word) => word.slice(1)) };
}
