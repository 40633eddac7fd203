import { describe, expect, it } from "vitest";
import { countGres, parseGres } from "./gres.js";

describe("generic resources", () => {
  it.each([
    ["gpu:a100:4", [{ name: "gpu", type: "a100", count: 4 }]],
    ["gpu:4", [{ name: "gpu", type: undefined, count: 4 }]],
    ["gpu", [{ name: "gpu", type: undefined, count: 1 }]],
    ["gpu:a100", [{ name: "gpu", type: "a100", count: 1 }]],
    ["gpu:a100:2(IDX:0,2),shard:8(S:0-1)", [{ name: "gpu", type: "a100", count: 2 }, { name: "shard", type: undefined, count: 8 }]],
    ["bandwidth:lustre:4G", [{ name: "bandwidth", type: "lustre", count: 4 * 1024 ** 3 }]],
    ["bandwidth:lustre:no_consume:4G,nic:no_consume:2", [{ name: "bandwidth", type: "lustre", count: 4 * 1024 ** 3 }, { name: "nic", type: undefined, count: 2 }]],
    ["space:1p", [{ name: "space", type: undefined, count: 1024 ** 5 }]],
    ["(null)", []],
    ["N/A", []],
    ["", []],
  ])("%j are %j", (text, gres) => {
    expect(parseGres(text)).toEqual(gres);
  });

  it("are counted by name, or by name and type", () => {
    const all = parseGres("gpu:a100:2,gpu:h100:4,shard:8");
    expect(countGres(all, { name: "gpu", type: undefined })).toBe(6);
    expect(countGres(all, { name: "gpu", type: "h100" })).toBe(4);
    expect(countGres(all, { name: "fpga", type: undefined })).toBe(0);
  });
});
