import { describe, expect, it } from "vitest";
import type { Outcome } from "../outcome/outcome.js";
import { findBadNodes } from "./bad-nodes.js";

const ended = (kind: Outcome["kind"], nodes: string | undefined, more: object = {}): Outcome => ({ kind, nodes, ...more }) as Outcome;
const times = (count: number, outcome: Outcome): readonly Outcome[] => Array.from({ length: count }, () => outcome);

describe("nodes that are left out", () => {
  it.each([
    ["none where all is well", times(5, ended("completed", "c1")), []],
    ["one that failed", [ended("node-failure", "c2")], ["c2"]],
    ["one that did not boot, and one that launched nothing", [ended("boot-failure", "c2"), ended("never-started", "c3", { cause: "launch" })], ["c2", "c3"]],
    ["none because of a dependency", [ended("never-started", undefined, { cause: "dependency" })], []],
    ["not all of a job whose one node failed", [ended("node-failure", "c[1-3]"), ended("completed", "c9")], []],
    ["the one that is among all of them", [ended("node-failure", "c[1-2]"), ended("node-failure", "c[2-3]"), ended("node-failure", "c2,c4"), ended("completed", "c[1,3-4]")], ["c2"]],
    ["one on which much failed, and nothing else where", [...times(3, ended("failed", "c2")), ended("completed", "c1")], ["c2"]],
    ["none on which something completed: then it is the tasks", [...times(9, ended("failed", "c2")), ended("completed", "c2"), ended("completed", "c1")], []],
    ["none where everything fails everywhere: then it is the tasks", [...times(4, ended("failed", "c1")), ...times(4, ended("failed", "c2"))], []],
    ["none because few failed there", [...times(2, ended("failed", "c2")), ended("completed", "c1")], []],
    ["none because tasks wanted more", [...times(5, ended("out-of-memory", "c2")), ...times(5, ended("timeout", "c2")), ...times(5, ended("preempted", "c2")), ended("completed", "c1")], []],
    ["the worst first", [...times(3, ended("failed", "c2")), ...times(4, ended("failed", "c3")), ended("node-failure", "c4"), ended("completed", "c1")], ["c4", "c3", "c2"]],
    ["none of what cannot be read", [ended("node-failure", "c[1-"), ended("node-failure", undefined)], []],
  ])("%s", (_, ends, nodes) => {
    expect(findBadNodes(ends, 3)).toEqual(nodes);
  });
});
