/** What a node does, without what else is known of it. */
export type NodeBaseState = "ALLOCATED" | "DOWN" | "ERROR" | "FUTURE" | "IDLE" | "MIXED" | "UNKNOWN";

export const nodeBaseStates = ["ALLOCATED", "DOWN", "ERROR", "FUTURE", "IDLE", "MIXED", "UNKNOWN"] as const satisfies readonly NodeBaseState[];

/** What is known beside it, by scontrol's words. */
export type NodeFlag =
  | "BLOCKED"
  | "CLOUD"
  | "COMPLETING"
  | "DRAIN"
  | "DYNAMIC_FUTURE"
  | "DYNAMIC_NORM"
  | "EXTERNAL"
  | "FAIL"
  | "INVALID_REG"
  | "MAINTENANCE"
  | "NOT_RESPONDING"
  | "PARTIAL_RSVD"
  | "PERFCTRS"
  | "PLANNED"
  | "POWERED_DOWN"
  | "POWERING_DOWN"
  | "POWERING_UP"
  | "POWER_DOWN"
  | "POWER_DRAIN"
  | "POWER_UP"
  | "REBOOT_ISSUED"
  | "REBOOT_REQUESTED"
  | "RESERVED";

export const nodeFlags = [
  "BLOCKED", "CLOUD", "COMPLETING", "DRAIN", "DYNAMIC_FUTURE", "DYNAMIC_NORM", "EXTERNAL", "FAIL",
  "INVALID_REG", "MAINTENANCE", "NOT_RESPONDING", "PARTIAL_RSVD", "PERFCTRS", "PLANNED", "POWERED_DOWN",
  "POWERING_DOWN", "POWERING_UP", "POWER_DOWN", "POWER_DRAIN", "POWER_UP", "REBOOT_ISSUED",
  "REBOOT_REQUESTED", "RESERVED",
] as const satisfies readonly NodeFlag[];

const isBase = (word: string): word is NodeBaseState => (nodeBaseStates as readonly string[]).includes(word);
const isFlag = (word: string): word is NodeFlag => (nodeFlags as readonly string[]).includes(word);

/** The state of a node. */
export interface NodeState {
  /** `UNKNOWN` too where Slurm's word is not known here. */
  readonly base: NodeBaseState;
  readonly flags: readonly NodeFlag[];
  /** As Slurm wrote it. */
  readonly raw: string;
  /** Whether it takes jobs now, or wakes for one; under maintenance it takes those of its reservation alone, which is none. A state that is not known here is none that does. */
  readonly takesJobs: boolean;
}

/** @see sinfo(1), NODE STATE CODES */
const suffixFlags: Readonly<Record<string, NodeFlag>> = {
  "*": "NOT_RESPONDING",
  "~": "POWERED_DOWN",
  "#": "POWERING_UP",
  "!": "POWER_DOWN",
  "%": "POWERING_DOWN",
  $: "MAINTENANCE",
  "@": "REBOOT_REQUESTED",
  "^": "REBOOT_ISSUED",
  "-": "PLANNED",
};

/** Words of one tool that are more than one word, or another, of the other. A base that they hide is unknown. */
const composed: Readonly<Record<string, readonly string[]>> = {
  ALLOC: ["ALLOCATED"],
  COMP: ["COMPLETING"],
  DRAINED: ["IDLE", "DRAIN"],
  DRAINING: ["ALLOCATED", "DRAIN"],
  DRNG: ["ALLOCATED", "DRAIN"],
  FAILING: ["ALLOCATED", "FAIL"],
  FUTR: ["FUTURE"],
  INVAL: ["INVALID_REG"],
  MAINT: ["MAINTENANCE"],
  MIX: ["MIXED"],
  NO_RESPOND: ["NOT_RESPONDING"],
  NPC: ["PERFCTRS"],
  PLND: ["PLANNED"],
  REBOOT: ["REBOOT_REQUESTED"],
  RESV: ["RESERVED"],
  UNK: ["UNKNOWN"],
};

const keepsJobsAway: ReadonlySet<NodeFlag> = new Set<NodeFlag>(["DRAIN", "FAIL", "INVALID_REG", "MAINTENANCE", "NOT_RESPONDING", "POWER_DRAIN", "REBOOT_ISSUED", "EXTERNAL"]);

/** Reads a state as scontrol writes it (`IDLE*+DRAIN`), or sinfo (`drained*`, `mix-`). */
export function parseNodeState(raw: string): NodeState {
  const words = raw.toUpperCase().split("+").flatMap((part) => {
    const [, word = "", suffixes = ""] = /^(\w*)(\W*)$/.exec(part) ?? [];
    const flags = suffixes.split("").flatMap((suffix) => suffixFlags[suffix] ?? []);
    return [...(composed[word] ?? [word]), ...flags];
  });
  const base = words.find(isBase) ?? "UNKNOWN";
  const flags = [...new Set(words.filter(isFlag))];
  const runs = base === "IDLE" || base === "MIXED" || base === "ALLOCATED";
  return { base, flags, raw, takesJobs: runs && !flags.some((flag) => keepsJobsAway.has(flag)) };
}
