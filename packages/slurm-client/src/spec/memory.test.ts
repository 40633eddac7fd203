import { describe, expect, it } from "vitest";
import { formatMemoryUpdate, formatNodeMemory, memoryUpdateSchema, nodeMemorySchema } from "./memory.js";

describe("memory of a node", () => {
  it("is so much, or all that there is", () => {
    expect(formatNodeMemory(nodeMemorySchema.parse("1.5G"))).toBe("1536M");
    expect(formatNodeMemory(nodeMemorySchema.parse("all"))).toBe("0");
  });

  it.each(["0", "0G", { bytes: 0 }, "ALL", 0])("is never all by mistake: %j is refused", (input) => {
    expect(nodeMemorySchema.safeParse(input).success).toBe(false);
  });
});

describe("a memory limit that is lowered", () => {
  it("says the margin and the time", () => {
    expect(formatMemoryUpdate(memoryUpdateSchema.parse({ marginPercent: 20, after: "5m" }))).toBe("20@0-00:05:00");
  });

  it.each([{ marginPercent: 20 }, { marginPercent: 1.5, after: "5m" }, { marginPercent: 20, after: "unlimited" }, "20@5"])("refuses %j", (input) => {
    expect(memoryUpdateSchema.safeParse(input).success).toBe(false);
  });
});
