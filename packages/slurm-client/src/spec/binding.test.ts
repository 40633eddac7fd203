import { describe, expect, it } from "vitest";
import { formatGpuBinding, formatMemoryBinding, formatTresBinding, gresBindingSchema, memoryBindingSchema, tresBindingSchema } from "./binding.js";

describe("a binding to GPUs", () => {
  it.each([
    ["closest", "closest"],
    [{ tasksPerResource: 2 }, "single:2"],
    [{ resourcesPerTask: 1 }, "per_task:1"],
    [{ map: [0, 1] }, "map_gpu:0,1"],
    [{ masks: ["0x3", "0xC"] }, "mask_gpu:0x3,0xC"],
  ])("%j is written %s, as 22.05 reads it too", (input, expected) => {
    expect(formatGpuBinding(gresBindingSchema.parse(input))).toBe(expected);
  });

  it.each(["near", {}, { map: [] }, { map: [-1] }, { masks: ["3"] }, { tasksPerResource: 0 }, { map: [0], masks: ["0x1"] }])("refuses %j", (input) => {
    expect(gresBindingSchema.safeParse(input).success).toBe(false);
  });
});

describe("bindings by resource", () => {
  it("are written one behind the other, lists last", () => {
    expect(formatTresBinding(tresBindingSchema.parse({ gpu: { map: [0, 1] }, nic: "none" }))).toBe("gres/nic:none+gres/gpu:map:0,1");
  });

  it.each([{}, { "gpu:a": "none" }, { gpu: "near" }])("refuse %j", (input) => {
    expect(tresBindingSchema.safeParse(input).success).toBe(false);
  });
});

describe("a binding to memory", () => {
  it.each([
    ["local", "local"],
    [{ map: [0, 1] }, "map_mem:0,1"],
    [{ masks: ["0x1", "0x2"] }, "mask_mem:0x1,0x2"],
    [{ prefer: { map: [0] } }, "prefer,map_mem:0"],
  ])("%j is written %s", (input, expected) => {
    expect(formatMemoryBinding(memoryBindingSchema.parse(input))).toBe(expected);
  });

  it.each(["help", "quiet", { prefer: { prefer: "local" } }, {}])("refuses %j", (input) => {
    expect(memoryBindingSchema.safeParse(input).success).toBe(false);
  });
});
