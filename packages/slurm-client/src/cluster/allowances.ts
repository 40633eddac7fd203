import { askSlurm } from "./slurm-command.js";
import type { SubmissionProblem } from "../error/submission-problem.js";
import type { SlurmContext } from "../slurm/slurm-context.js";

/** The most that a node of a partition has. */
export interface NodeSize {
  readonly partition: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Its generic resources, `name[:type]:count`, of every kind of node. */
  readonly gres: readonly string[];
}

/** What an account may use, for errors that name it. Empty where Slurm does not say, or where it was not asked. */
export interface Allowances {
  readonly accounts: readonly string[];
  readonly qos: readonly string[];
  readonly nodes: readonly NodeSize[];
}

const nothing: Allowances = { accounts: [], qos: [], nodes: [] };

/** Finds out what a refused submission may have instead; never throws: it serves an error that is on its way. */
export async function findAllowances(context: SlurmContext, problem: SubmissionProblem | undefined): Promise<Allowances> {
  const ask = async (argv: readonly string[]): Promise<string> => {
    const result = await askSlurm(context.transport, context.programs, argv).catch(() => undefined);
    return result?.ok === true ? result.stdout : "";
  };
  switch (problem) {
    case "account":
    case "qos": {
      const printed = await ask(["sacctmgr", "--noheader", "--parsable2", "show", "associations", `user=${context.transport.target.user}`, "format=account,qos"]);
      return { ...nothing, ...parseAssociations(printed) };
    }
    case "memory":
    case "cpus":
    case "gres":
    case "resources":
      return { ...nothing, nodes: parseNodeSizes(await ask(["sinfo", "--noheader", "--exact", "--format=%R|%c|%m|%G"])) };
    default:
      return nothing;
  }
}

/** Reads lines of `account|qos,qos`. */
export function parseAssociations(stdout: string): Pick<Allowances, "accounts" | "qos"> {
  const rows = stdout.split("\n").filter((line) => line.includes("|")).map((line) => line.split("|"));
  const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].filter((word) => word !== "").sort();
  return {
    accounts: unique(rows.map(([account = ""]) => account)),
    qos: unique(rows.flatMap(([, qos = ""]) => qos.split(","))),
  };
}

/** Reads lines of `partition|CPUs|megabytes|GRES`, one for each kind of node; the most of each that a partition has. */
export function parseNodeSizes(stdout: string): readonly NodeSize[] {
  const found = new Map<string, NodeSize>();
  for (const [, partition = "", cpus, megabytes, gres = ""] of stdout.matchAll(/^([^|\n]+)\|(\d+)\|(\d+)\|(.*)$/gm)) {
    const before = found.get(partition);
    found.set(partition, {
      partition,
      cpus: Math.max(before?.cpus ?? 0, Number(cpus)),
      memoryBytes: Math.max(before?.memoryBytes ?? 0, Number(megabytes) * 1024 ** 2),
      gres: [...new Set([...(before?.gres ?? []), ...parseGres(gres)])],
    });
  }
  return [...found.values()];
}

/** `(null)` is none; `gpu:a100:4(S:0-1)` says in brackets where on the node they are. */
const parseGres = (text: string): readonly string[] => text.replaceAll(/\([^)]*\)/g, "").split(",").filter((word) => word !== "");
