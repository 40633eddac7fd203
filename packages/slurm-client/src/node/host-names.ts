import type { Cancellable } from "@hpckit/core";
import { ask, type Question } from "../backend/question.js";
import type { CommandLine } from "../backend/command-line.js";
import { parseKeyValues } from "../cluster/key-values.js";
import { isSince } from "../cluster/release.js";
import { commandFailed } from "../error/command-failed.js";

/**
 * What Slurm writes for `%N` in the name of an output file, of each node: from 25.11 on the node's name; before, the short host name of the machine
 * that its slurmd runs on, which only the controller knows. A node that it does not know (any more) keeps its name.
 * @see src/slurmd/common/fname.c: `conf->hostname`, from 25.11 on `conf->node_name`; seen on 22.05.8, 24.11.5
 */
export async function askNamesInPaths(commandLine: CommandLine, nodes: readonly string[], options: Cancellable): Promise<(node: string) => string> {
  if (nodes.length === 0 || isSince("25.11", commandLine.facts.version)) return (node) => node;
  const hosts = await ask(commandLine, hostNamesQuestion([...new Set(nodes)]), options);
  return (node) => hosts.get(node) ?? node;
}

/** scontrol goes on after a node that it does not know, and ends with 1. */
const hostNamesQuestion = (nodes: readonly string[]): Question<ReadonlyMap<string, string>> => ({
  argv: ["scontrol", "--all", "--oneliner", "show", "node", nodes.join(",")],
  read: (result) => {
    if (!result.ok && !/^Node \S+ not found$/m.test(result.stdout + result.stderr)) throw commandFailed(result);
    return new Map(result.stdout.split("\n").filter((line) => line.startsWith("NodeName=")).map(parseKeyValues).map((pairs) => [pairs.get("NodeName") ?? "", shortName(pairs.get("NodeHostName") ?? "")]));
  },
});

/** slurmd cuts the domain of its machine's name, and a configuration may have it. */
const shortName = (host: string): string => host.replace(/\..*$/s, "");
