import { describe, expect, it } from "vitest";
import { cpuFrequencySchema, formatCpuFrequency, formatGpuFrequency, gpuFrequencySchema } from "./frequency.js";

describe("the frequency of CPUs", () => {
  it.each([
    ["low", "low"],
    [{ kilohertz: 2_400_000 }, "2400000"],
    [{ governor: "OnDemand" }, "OnDemand"],
    [{ min: "low", max: "high", governor: "Performance" }, "low-high:Performance"],
    [{ min: { kilohertz: 1000 }, max: { kilohertz: 2000 }, governor: "OnDemand" }, "1000-2000:OnDemand"],
    [{ min: { kilohertz: 1000 }, max: "high", governor: "OnDemand" }, "1000-high:OnDemand"],
  ])("%j is written %s", (input, expected) => {
    expect(formatCpuFrequency(cpuFrequencySchema.parse(input))).toBe(expected);
  });

  it.each(["fast", 2_400_000, { min: "low", max: "high" }, { min: "high", max: "low", governor: "OnDemand" }, { min: "highm1", max: "high", governor: "OnDemand" }, { min: "low", max: { kilohertz: 2000 }, governor: "OnDemand" }, { min: { kilohertz: 2 }, max: { kilohertz: 1 }, governor: "OnDemand" }, { min: "low", max: "high", governor: "UserSpace" }, {}])("refuses %j", (input) => {
    expect(cpuFrequencySchema.safeParse(input).success).toBe(false);
  });
});

describe("the frequency of GPUs", () => {
  it.each([
    [{ gpu: "medium", memory: "high" }, "medium,memory=high"],
    [{ gpu: { megahertz: 450 } }, "450"],
    [{ memory: { megahertz: 450 } }, "memory=450"],
  ])("%j is written %s", (input, expected) => {
    expect(formatGpuFrequency(gpuFrequencySchema.parse(input))).toBe(expected);
  });

  it.each([{}, "medium", { gpu: 450 }])("refuses %j", (input) => {
    expect(gpuFrequencySchema.safeParse(input).success).toBe(false);
  });
});
