import { describe, expect, it } from "vitest";
import { readCount, readEpoch } from "../cluster/slurm-values.js";
import { readDuration, readText } from "./read-fields.js";

describe("fields", () => {
  it("that say nothing are undefined", () => {
    expect(["", "(null)", "N/A", "None assigned", "x"].map(readText)).toEqual([undefined, undefined, undefined, undefined, "x"]);
    expect(["Unknown", "None", "N/A", "0", "", "1795179600"].map(readEpoch)).toEqual([undefined, undefined, undefined, undefined, undefined, 1_795_179_600]);
    expect(["", "-1", "1K", "12"].map(readCount)).toEqual([undefined, undefined, undefined, 12]);
  });

  it("of time are in seconds", () => {
    expect(["INVALID", "1-02:03:04", "2:03:04", "3:04", "60:30", "UNLIMITED"].map(readDuration)).toEqual([undefined, 93_784, 7384, 184, 3630, Infinity]);
  });
});
