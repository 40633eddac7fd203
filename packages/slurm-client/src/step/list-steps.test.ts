import { expect, it } from "vitest";
import { parseSteps } from "./list-steps.js";

it("steps of jobs, of an array's tasks and of components are known by their ids, those of Slurm's own are left out", () => {
  const stdout = "12.batch|9|batch\n12.1|11|it's | a name\n12.0|10|work\n13_4.0|10|task\n14+1.0|10|component\n12.extern|9|extern\n12.4294967291|N/A|\nforged\n";
  expect(parseSteps(stdout)).toEqual([
    { id: "12.0", number: 0, name: "work", startedAtSeconds: 10 },
    { id: "13_4.0", number: 0, name: "task", startedAtSeconds: 10 },
    { id: "14+1.0", number: 0, name: "component", startedAtSeconds: 10 },
    { id: "12.1", number: 1, name: "it's | a name", startedAtSeconds: 11 },
    { id: "12.4294967291", number: 4294967291, name: "", startedAtSeconds: undefined },
  ]);
});
