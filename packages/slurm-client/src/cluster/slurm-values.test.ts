import { describe, expect, it } from "vitest";
import { readCount, readDuration, readEpoch, readText, readWord } from "./slurm-values.js";

describe("fields", () => {
  it("that say nothing are undefined", () => {
    expect(["", "(null)", "N/A", "None assigned", "x"].map(readText)).toEqual([undefined, undefined, undefined, undefined, "x"]);
    expect(["None", "NONE"].map(readText)).toEqual(["None", "NONE"]);
    expect(["None", "NONE", "(null)", "UP"].map(readWord)).toEqual([undefined, undefined, undefined, "UP"]);
    expect(["Unknown", "None", "N/A", "0", "", "1795179600"].map(readEpoch)).toEqual([undefined, undefined, undefined, undefined, undefined, 1_795_179_600]);
    expect(["", "-1", "1K", "12"].map(readCount)).toEqual([undefined, undefined, undefined, 12]);
  });

  it("of time are in seconds", () => {
    expect(["INVALID", "NONE", "0:00", "00:01.250", "1-02:03:04", "2:03:04", "3:04", "60:30", "UNLIMITED"].map(readDuration)).toEqual([undefined, undefined, 0, 1.25, 93_784, 7384, 184, 3630, Infinity]);
  });
});
