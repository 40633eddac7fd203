import { OutputUnreadableError } from "@hpckit/core";
import { printedQuestion, type Question } from "../backend/question.js";
import { parseKeyValues } from "../cluster/key-values.js";
import { readEpoch, readList, readMegabytes, readNumber, readWord } from "../cluster/slurm-values.js";
import { parseTres, type Tres } from "../tres/tres.js";
import { parseGres, type Gres } from "./gres.js";
import { parseNodeState, type NodeState } from "./node-state.js";

/** Why an administrator, or Slurm itself, has set a node aside. */
export interface NodeReason {
  readonly text: string;
  readonly by: string | undefined;
  readonly sinceSeconds: number | undefined;
}

/**
 * A node of the cluster, once, whatever the number of its partitions.
 * @see scontrol(1), `show node`
 */
export interface ClusterNode {
  readonly name: string;
  readonly state: NodeState;
  readonly partitions: readonly string[];
  /** CPUs that jobs may have, and those that they have now. */
  readonly cpus: number;
  readonly cpusAllocated: number;
  readonly cpuLoad: number | undefined;
  /** Memory that jobs may have, and what they were given. */
  readonly memoryBytes: number;
  readonly memoryAllocatedBytes: number;
  /** Free, as the node's operating system counts it; undefined while the node does not answer. */
  readonly memoryFreeBytes: number | undefined;
  readonly temporaryDiskBytes: number;
  readonly gres: readonly Gres[];
  readonly gresUsed: readonly Gres[];
  /** Features that a job can name in its constraint, and those that are active now. */
  readonly features: readonly string[];
  readonly activeFeatures: readonly string[];
  readonly tres: Tres;
  readonly tresAllocated: Tres;
  /** The scheduler takes nodes of a low weight first. */
  readonly weight: number | undefined;
  readonly reason: NodeReason | undefined;
  /** Of slurmd. */
  readonly version: string | undefined;
  readonly bootedAtSeconds: number | undefined;
}

export const nodesQuestion: Question<readonly ClusterNode[]> = printedQuestion(["scontrol", "--all", "--oneliner", "--details", "show", "node"], parseNodes);

/**
 * Reads `scontrol --all --oneliner --details show node`: without `--all` a node of hidden or closed partitions alone is not there.
 * @throws OutputUnreadableError where no node is shown: every cluster has some.
 */
export function parseNodes(stdout: string): readonly ClusterNode[] {
  const lines = stdout.split("\n").filter((line) => line.startsWith("NodeName="));
  if (lines.length === 0) throw new OutputUnreadableError("scontrol show node", "no node", stdout);
  return lines.map(parseNode);
}

function parseNode(line: string): ClusterNode {
  const pairs = parseKeyValues(line);
  const state = parseNodeState(pairs.get("State") ?? "");
  const total = readNumber(pairs.get("CPUTot")) ?? 0;
  return {
    name: pairs.get("NodeName") ?? "",
    state,
    partitions: readList(pairs.get("Partitions")),
    // Without those that are kept for the system.
    cpus: readNumber(pairs.get("CPUEfctv")) ?? total,
    cpusAllocated: readNumber(pairs.get("CPUAlloc")) ?? 0,
    cpuLoad: readNumber(pairs.get("CPULoad")),
    memoryBytes: (readMegabytes(pairs.get("RealMemory")) ?? 0) - (readMegabytes(pairs.get("MemSpecLimit")) ?? 0),
    memoryAllocatedBytes: readMegabytes(pairs.get("AllocMem")) ?? 0,
    memoryFreeBytes: readMegabytes(pairs.get("FreeMem")),
    temporaryDiskBytes: readMegabytes(pairs.get("TmpDisk")) ?? 0,
    gres: parseGres(pairs.get("Gres")),
    gresUsed: parseGres(pairs.get("GresUsed")).filter(({ count }) => count > 0),
    features: readList(pairs.get("AvailableFeatures")),
    activeFeatures: readList(pairs.get("ActiveFeatures")),
    tres: parseTres(pairs.get("CfgTRES")),
    tresAllocated: parseTres(pairs.get("AllocTRES")),
    weight: readNumber(pairs.get("Weight")),
    reason: readReason(line),
    version: readWord(pairs.get("Version")),
    bootedAtSeconds: readEpoch(pairs.get("BootTime")),
  };
}

/** An administrator's text can hold anything; who and when stand behind its first line. */
function readReason(line: string): NodeReason | undefined {
  const written = / Reason=(.*)$/.exec(line)?.[1];
  if (written === undefined) return undefined;
  const [, text = written, by, since, more = ""] = /^(.*?) \[([^\s@[\]]+)@(\d+)\](.*?)(?: (?:Comment|Extra|InstanceId)=.*)?$/.exec(written) ?? [];
  return { text: [text, more.trim()].filter((part) => part !== "").join("\n").trim(), by, sinceSeconds: readEpoch(since) };
}
