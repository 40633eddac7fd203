import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { lineSplitter } from "./line-splitter.js";
import { taskEndReader, type TaskEnd } from "./task-end.js";
import { readTaskLine } from "./task-line.js";

const clusters = JSON.parse(readFileSync(new URL("fixtures/srun.json", import.meta.url), "utf8")) as readonly Recordings[];

function endsIn(stderr: string): readonly TaskEnd[] {
  const reader = taskEndReader();
  const lines = lineSplitter((line) => {
    if (readTaskLine(line, "stderr") === undefined) reader.push(line);
  });
  lines.push(stderr);
  lines.end();
  return reader.ends();
}

describe.each(clusters)("srun of Slurm $version", (cluster) => {
  it("says how each task ended, whatever a task prints", () => {
    expect(endsIn(recorded(cluster, "a step whose tasks end in four ways").stderr)).toEqual([
      { task: 0, node: "c1", exit: { kind: "success" } },
      { task: 1, node: "c1", exit: { kind: "exit-code", exitCode: 3 } },
      { task: 2, node: "c1", exit: { kind: "signal", signal: "SIGKILL" } },
      { task: 3, node: "c2", exit: { kind: "out-of-memory" } },
    ]);
  });

  it("leaves open what it was not told", () => {
    const { stderr } = recorded(cluster, "a step whose tasks end in four ways");
    const cut = stderr.split("\n").filter((line) => !line.includes("task 0: Completed") && !line.includes("Out Of Memory")).join("\n");
    expect(endsIn(cut).map(({ exit }) => exit?.kind)).toEqual([undefined, "exit-code", "signal", undefined]);
  });
});

it("a line of a task keeps all but its label", () => {
  expect(readTaskLine(" 3: 4: x ", "stdout")).toEqual({ task: 3, stream: "stdout", text: "4: x " });
  expect(readTaskLine("12: ", "stderr")).toEqual({ task: 12, stream: "stderr", text: "" });
  expect(readTaskLine("srun: error: c1: task 0: Killed", "stderr")).toBeUndefined();
});
