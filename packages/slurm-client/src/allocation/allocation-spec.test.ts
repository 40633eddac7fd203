import { compose } from "@hpckit/core";
import { expect, it } from "vitest";
import type { AllocationSpec } from "./allocation.js";
import { checkAllocationSpec } from "./allocation-spec.js";

it.each([
  [{ nodes: 2 }, "time: say how long the nodes are held at most"],
  [{ time: "1h", launch: compose(["true"]) }, "launch: an allocation has no command: nodes.run(command)"],
  [{ time: "1h", array: "0-3" }, "array: an allocation is one job"],
  [{ time: "1h", output: "a.out" }, "output: it prints nothing"],
  [{ time: "1h", requeue: true }, "requeue: an allocation is never queued again"],
  [undefined, "allocate: what the nodes are asked for"],
])("an allocation is not asked for by %j", (spec, message) => {
  expect(() => checkAllocationSpec(spec as AllocationSpec)).toThrow(message);
});

it("what else is asked for is the job spec's to judge", () => {
  expect(() => checkAllocationSpec({ time: "1h", nodes: 2, launch: undefined } as AllocationSpec)).not.toThrow();
});
