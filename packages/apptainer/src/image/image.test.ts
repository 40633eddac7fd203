import { expand } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { sandbox, sif } from "./image.js";

describe("an image", () => {
  it("is a file or a folder", () => {
    expect(sif("/shared/a b.sif")).toEqual({ kind: "sif", path: "/shared/a b.sif" });
    expect(sandbox("/shared/root")).toEqual({ kind: "sandbox", path: "/shared/root" });
  });

  it("may lie where only the node knows", () => {
    expect(sif(expand("$SCRATCH/x.sif"))).toEqual({ kind: "sif", path: { shell: `"\${SCRATCH:?}"/x.sif` } });
  });

  it.each(["images/x.sif", "docker://debian", "./x.sif"])("refuses the relative path %s", (path) => {
    expect(() => sif(path)).toThrow("is not an absolute path");
  });
});
