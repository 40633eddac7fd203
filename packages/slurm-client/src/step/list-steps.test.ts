import { expect, it } from "vitest";
import { parseSteps } from "./list-steps.js";

it("steps of jobs, of an array's tasks and of components are known by their ids, those of Slurm's own are left out", () => {
  const stdout = "12.batch|batch\n12.1|it's | a name\n12.0|work\n13_4.0|task\n14+1.0|component\n12.extern|extern\n12.4294967291|\nforged\n";
  expect(parseSteps(stdout)).toEqual([
    { id: "12.0", number: 0, name: "work" },
    { id: "13_4.0", number: 0, name: "task" },
    { id: "14+1.0", number: 0, name: "component" },
    { id: "12.1", number: 1, name: "it's | a name" },
    { id: "12.4294967291", number: 4294967291, name: "" },
  ]);
});
