import { HpckitError } from "@hpckit/core";
import type { Association } from "../association/association.js";
import type { SubmissionProblem } from "../error/submission-problem.js";
import type { ClusterAnswers, ClusterTopic } from "../inspect/survey.js";
import type { ClusterNode } from "../node/cluster-node.js";
import { formatGres } from "../spec/generic-resources.js";
import type { SlurmContext } from "../slurm/slurm-context.js";

/** The most that a node of a partition has. */
export interface NodeSize {
  readonly partition: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Its generic resources, `name[:type]:count`, of every kind of node. */
  readonly gres: readonly string[];
}

/** What a user may use, for errors that name it. Empty where Slurm does not say, or where it was not asked. */
export interface Allowances {
  readonly accounts: readonly string[];
  readonly qos: readonly string[];
  readonly nodes: readonly NodeSize[];
}

const nothing: Allowances = { accounts: [], qos: [], nodes: [] };

/** Finds out what a refused submission may have instead; never throws: it serves an error that is on its way. */
export async function findAllowances({ backend }: SlurmContext, problem: SubmissionProblem | undefined): Promise<Allowances> {
  const ask = async <Topic extends ClusterTopic>(topic: Topic): Promise<ClusterAnswers[Topic] | undefined> => {
    const answer: ClusterAnswers[Topic] | HpckitError | undefined = await backend.survey([topic]).then((survey) => survey[topic], () => undefined);
    return answer instanceof HpckitError ? undefined : answer;
  };
  switch (problem) {
    case "account":
    case "qos":
      return { ...nothing, ...listNames((await ask("associations")) ?? []) };
    case "memory":
    case "cpus":
    case "gres":
    case "resources":
      return { ...nothing, nodes: findNodeSizes((await ask("nodes")) ?? []) };
    default:
      return nothing;
  }
}

function listNames(associations: readonly Association[]): Pick<Allowances, "accounts" | "qos"> {
  const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();
  return { accounts: unique(associations.map(({ account }) => account)), qos: unique(associations.flatMap(({ qos }) => qos)) };
}

/** The most of each that a partition has. */
export function findNodeSizes(nodes: readonly ClusterNode[]): readonly NodeSize[] {
  return [...new Set(nodes.flatMap(({ partitions }) => partitions))].map((partition) => {
    const own = nodes.filter((node) => node.partitions.includes(partition));
    return {
      partition,
      cpus: Math.max(...own.map(({ cpus }) => cpus)),
      memoryBytes: Math.max(...own.map(({ memoryBytes }) => memoryBytes)),
      gres: [...new Set(own.flatMap(({ gres }) => gres.map((one) => formatGres([one]))))],
    };
  });
}
