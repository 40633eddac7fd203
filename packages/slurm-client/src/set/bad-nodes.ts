import { expandNodeList } from "../node/node-list.js";
import type { Outcome } from "../outcome/outcome.js";

/** Ends that are the node's doing, where the task had that node alone. */
const isOfNode = (outcome: Outcome): boolean =>
  outcome.kind === "node-failure" || outcome.kind === "boot-failure" || (outcome.kind === "never-started" && (outcome.cause === "launch" || outcome.cause === "node"));

/** Ends that may be: a task that wanted more memory or time, or made room, says nothing of its node. */
const mayBeOfNode = (outcome: Outcome): boolean => outcome.kind === "failed" || isOfNode(outcome);

/**
 * Nodes that should be left out, the worst first.
 * @param failures - so many that failed on a node, with none that completed there, while tasks completed elsewhere.
 */
export function findBadNodes(ends: Iterable<Outcome>, failures: number): readonly string[] {
  const suspects = new Map<string, { failed: number; certain: boolean }>();
  const good = new Set<string>();
  for (const outcome of ends) {
    const nodes = expandNodeList(outcome.nodes ?? "") ?? [];
    if (outcome.kind === "completed") for (const node of nodes) good.add(node);
    if (!mayBeOfNode(outcome)) continue;
    for (const node of nodes) {
      const known = suspects.get(node) ?? { failed: 0, certain: false };
      suspects.set(node, { failed: known.failed + 1, certain: known.certain || (isOfNode(outcome) && nodes.length === 1) });
    }
  }
  return [...suspects]
    .filter(([node, { failed, certain }]) => certain || (failed >= failures && !good.has(node) && good.size > 0))
    .sort(([, one], [, other]) => Number(other.certain) - Number(one.certain) || other.failed - one.failed)
    .map(([node]) => node);
}
