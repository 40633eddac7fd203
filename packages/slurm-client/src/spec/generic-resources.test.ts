import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatGpus, formatGres, gpuRequestSchema, gresSchema, parseGresRequest } from "./generic-resources.js";

const gpus = (input: unknown): string => formatGpus(gpuRequestSchema.parse(input));
const gres = (...input: readonly unknown[]): string => formatGres(gresSchema.parse(input));

describe("GPUs", () => {
  it("are a number, of a kind, or of several kinds", () => {
    expect(gpus(2)).toBe("2");
    expect(gpus({ type: "a100", count: 2 })).toBe("a100:2");
    expect(gpus([{ type: "a100", count: 2 }, { type: "h100", count: 1 }])).toBe("a100:2,h100:1");
  });

  it.each([0, 1.5, "2", { type: "a100" }, { type: "2", count: 1 }, { type: "a:b", count: 1 }, [], [{ count: 1 }], [{ type: "a100", count: 1 }, { type: "a100", count: 1 }]])("refuse %j", (input) => {
    expect(gpuRequestSchema.safeParse(input).success).toBe(false);
  });
});

describe("generic resources", () => {
  it("are read in every form of Slurm's, and written in the one that all versions read", () => {
    expect(gres("gpu")).toBe("gpu:1");
    expect(gres("gpu:2", "nic:cx7", "lustre:scratch:4k")).toBe("gpu:2,nic:cx7:1,lustre:scratch:4096");
    expect(gres({ name: "nvme" }, { name: "gpu", type: "a100", count: 2 })).toBe("nvme:1,gpu:a100:2");
  });

  it("come back as they were written", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
    fc.assert(
      fc.property(name, fc.option(name, { nil: undefined }), fc.integer({ min: 1, max: 1e9 }), (called, type, count) => {
        const request = { name: called, ...(type === undefined ? {} : { type }), count };
        expect(parseGresRequest(formatGres([request]))).toEqual(request);
      }),
    );
  });

  it.each([["gpu:0"], [""], ["gpu:a100:1:2"], ["gpu=2"], ["2"], [":2"], ["gpu: 2"], ["gpu:a100:x"], ["gres/gpu:1"], ["gpu:1", "gpu:a100:1"], ["gpu:1", "gpu:2"], [], [{ name: "gpu", count: 0 }]])("refuse %j", (...input) => {
    expect(gresSchema.safeParse(input).success).toBe(false);
  });
});
