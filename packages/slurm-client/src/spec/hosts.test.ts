import { describe, expect, it } from "vitest";
import { hostsSchema } from "./hosts.js";

describe("names of nodes", () => {
  it("are a list, or as Slurm writes them", () => {
    expect(hostsSchema.parse(["c1", "rack[1-3,7]n02"])).toBe("c1,rack[1-3,7]n02");
    expect(hostsSchema.parse("c[1-4],gpu-01.cluster")).toBe("c[1-4],gpu-01.cluster");
    expect(hostsSchema.parse("r[1-2]n[01-04]")).toBe("r[1-2]n[01-04]");
  });

  it.each(["", "c1,", "/etc/hosts", "./nodes", "c1 c2", "c[1", "c[a]", "c1;id", []])("refuse %j, which could be a file or no name", (input) => {
    expect(hostsSchema.safeParse(input).success).toBe(false);
  });
});
