import { describe, expect, it } from "vitest";
import { identifyProcess, isAlive, parseStat } from "./process-identity.js";

describe("the identity of a process", () => {
  it("is read past a command name with blanks and brackets", () => {
    const after = ["S", ...Array.from({ length: 18 }, (_, index) => String(index)), "98765", "0"].join(" ");
    expect(parseStat(`42 (a) b (c) ${after}`)).toEqual({ state: "S", startTime: "98765" });
  });

  it("holds for this process and for no other with its number", () => {
    const own = identifyProcess(process.pid);
    expect(own && isAlive(own)).toBe(true);
    expect(isAlive({ pid: process.pid, startTime: "1" })).toBe(false);
  });
});
