import { describe, expect, it } from "vitest";
import { parseKeyValues } from "./key-values.js";

describe("parseKeyValues", () => {
  it("reads what stands before and behind the first equals sign of a word", () => {
    expect([...parseKeyValues("PartitionName=dev  TRES=cpu=4,mem=1G State=UP junk =x")]).toEqual([["PartitionName", "dev"], ["TRES", "cpu=4,mem=1G"], ["State", "UP"]]);
  });

  it("lets nothing that comes later replace a value", () => {
    expect(parseKeyValues("State=DOWN Reason=x State=UP").get("State")).toBe("DOWN");
  });
});
