import { describe, expect, it } from "vitest";
import { rootFolderName } from "./root-spec.js";

const spec = { name: "slurm-24.11", suite: "trixie", packages: ["munge", "slurmd"], prepare: "true\n" };

describe("the cache's name of a root", () => {
  it("does not depend on the order of packages", () => {
    expect(rootFolderName({ ...spec, packages: ["slurmd", "munge"] })).toBe(rootFolderName(spec));
  });

  it("changes with the packages, the suite and the preparation", () => {
    const names = [spec, { ...spec, packages: ["munge"] }, { ...spec, suite: "sid" }, { ...spec, prepare: "false\n" }].map(rootFolderName);
    expect(new Set(names).size).toBe(4);
  });
});
