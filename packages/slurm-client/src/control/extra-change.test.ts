import { describe, expect, it } from "vitest";
import { extraChangeProblem } from "./extra-change.js";

describe("an extra change", () => {
  it.each(["EndTime", "NumCPUs", "wait-for-switch", "StdIn", "JobName", "ClusterFeatures", "TimeLimit", "Site_2"])("may be of %s", (name) => {
    expect(extraChangeProblem(name)).toBeUndefined();
  });

  it.each(["", "TimeLimit=5 UserID", "Time Limit", "TimeLimit+", "-TimeLimit", "a=b", "Time\nLimit", "--uid"])("is of one name: %j is refused", (name) => {
    expect(extraChangeProblem(name)).toContain("is not one name");
  });

  it.each(["JobId", "jobid", "Job", "UserID", "user", "Clusters", "Cluster", "Comment", "com", "StdOut", "STDERR", "Std"])("is none of the client's own: %s", (name) => {
    expect(extraChangeProblem(name)).toContain("belongs to the client");
  });
});
