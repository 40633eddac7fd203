import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTres, parseTresRequests, tresSchema, type TresRequest } from "./trackable-resources.js";

describe("trackable resources", () => {
  it("are four GPUs where Slurm tells the total beside the types", () => {
    expect(parseTresRequests("gres/gpu=4,gres/gpu:a100=4")).toEqual([{ kind: "gres", name: "gpu", type: "a100", count: 4 }]);
    expect(parseTresRequests("gres/gpu:a100=1,gres/gpu=4,gres/gpu:h100=3,cpu=2")).toEqual([
      { kind: "gres", name: "gpu", type: "a100", count: 1 },
      { kind: "gres", name: "gpu", type: "h100", count: 3 },
      { kind: "cpu", count: 2 },
    ]);
    expect(() => parseTresRequests("gres/gpu=5,gres/gpu:a100=4")).toThrow("not the sum");
  });

  it("come back as they were written", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
    const count = fc.integer({ min: 1, max: 1e6 });
    const one: fc.Arbitrary<TresRequest> = fc.oneof(
      fc.record({ kind: fc.constant("cpu" as const), count }),
      fc.record({ kind: fc.constant("gres" as const), name, count }),
      fc.record({ kind: fc.constant("gres" as const), name, type: name, count }),
      fc.record({ kind: fc.constant("license" as const), name, count }),
    );
    fc.assert(
      fc.property(one, (request) => {
        expect(parseTresRequests(formatTres([request]))).toEqual([request]);
      }),
    );
  });

  it.each(["", "cpu", "cpu=0", "cpu=-1", "cpu/x=1", "mem=1G", "gpu=1", "gres/gpu", "gres/=1", "gres/gpu:a:b=1", "license/a:b=1", "cpu=1,", "cpu=1,cpu=2", "node=1", []])("refuse %j", (input) => {
    expect(tresSchema.safeParse(input).success).toBe(false);
  });

  it("with and without a type are refused in a list, where nobody told a total", () => {
    expect(tresSchema.safeParse([{ kind: "gres", name: "gpu", count: 4 }, { kind: "gres", name: "gpu", type: "a100", count: 4 }]).success).toBe(false);
  });
});
