import { describe, expect, it } from "vitest";
import { parseLimitUse, parseTres, parseTresUse } from "./tres.js";

describe("amounts of resources", () => {
  it("are read as all tools write them, memory in megabytes", () => {
    expect(parseTres("cpu=4,mem=62.50G,node=2,gres/gpu=2,gres/gpu:a100=2,license/ansys@flex=10")).toEqual({ cpu: 4, mem: 64_000, node: 2, "gres/gpu": 2, "gres/gpu:a100": 2, "license/ansys@flex": 10 });
    expect(parseTres("mem=1024")).toEqual({ mem: 1024 });
  });

  it("that cannot be read are unknown, and forge no other", () => {
    expect(parseTres("cpu=N,mem=lots,node=1,junk,=3")).toEqual({ node: 1 });
    expect(parseTres("")).toEqual({});
    expect(parseTres("(null)")).toEqual({});
    expect(parseTres()).toEqual({});
  });

  it("with their use keep both, and N is no limit", () => {
    expect(parseTresUse("cpu=1000(12),mem=N(68),gres/gpu=50(0)")).toEqual({ cpu: { limit: 1000, used: 12 }, mem: { limit: undefined, used: 68 }, "gres/gpu": { limit: 50, used: 0 } });
    expect(parseTresUse("cpu=,mem=1000")).toEqual({});
  });
});

describe("a limit with its use", () => {
  it.each([
    ["100(2)", { limit: 100, used: 2 }],
    ["N(0.07)", { limit: undefined, used: 0.07 }],
    ["", undefined],
    ["12", undefined],
    ["N(x)", undefined],
  ])("%j is %j", (text, use) => {
    expect(parseLimitUse(text)).toEqual(use);
  });
});
