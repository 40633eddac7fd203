import { describe, expect, it } from "vitest";
import { restFactsOf } from "./rest-capabilities.js";

const factsOf = (number: number): ReturnType<typeof restFactsOf> => restFactsOf({ version: { text: `v0.0.${number}`, number }, user: "alice" });

describe("what a connection says of its slurmrestd", () => {
  it("is the version, and whose jobs", () => {
    expect(factsOf(42)).toMatchObject({ version: "v0.0.42", user: "alice" });
  });

  it("is which way each matter goes, and why not over slurmrestd", () => {
    expect(factsOf(42).ways).toMatchObject({ queue: { kind: "rest" }, submit: { kind: "rest", except: expect.stringContaining("sbatch") as string }, cancel: { kind: "rest" }, hold: { kind: "command-line", because: expect.stringContaining("first component") as string } });
    expect(factsOf(38).ways).toMatchObject({ queue: { kind: "rest" }, cancel: { kind: "command-line", because: expect.stringContaining("v0.0.38") as string } });
    for (const way of Object.values(factsOf(45).ways)) expect(way.kind === "rest" || way.because.length > 10).toBe(true);
  });
});
