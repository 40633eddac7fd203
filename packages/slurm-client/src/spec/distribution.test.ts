import { describe, expect, it } from "vitest";
import { distributionSchema, formatDistribution } from "./distribution.js";

const written = (input: unknown): string => formatDistribution(distributionSchema.parse(input));

describe("a distribution", () => {
  it.each([
    [{ nodes: "cyclic" }, "cyclic"],
    [{ nodes: "block", sockets: "cyclic" }, "block:cyclic"],
    [{ sockets: "fcyclic", cores: "block" }, "*:fcyclic:block"],
    [{ nodes: "block", cores: "cyclic" }, "block:*:cyclic"],
    [{ nodes: "block", pack: true }, "block,Pack"],
    [{ pack: false }, "*,NoPack"],
    [{ planeSize: 4 }, "plane=4"],
  ])("%j is written %s", (input, expected) => {
    expect(written(input)).toBe(expected);
  });

  it.each([{}, { nodes: undefined }, { nodes: "fcyclic" }, { sockets: "plane" }, { planeSize: 0 }, { planeSize: 4, pack: true }, "block"])("refuses %j", (input) => {
    expect(distributionSchema.safeParse(input).success).toBe(false);
  });
});
