import { HpckitError, OutputUnreadableError, type ExecResult } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { ControllerUnreachableError, SlurmCommandError } from "../error/slurm-error.js";
import { recorded } from "../fixtures/recordings.js";
import { listEnds as ends } from "../jobs/fixtures/list-recordings.js";
import { siteRecordings } from "../site/fixtures/site-recordings.js";
import { parseClusterLists, type ClusterLists } from "./list-clusters.js";
import { listOptions } from "./list-jobs.js";
import { squeue } from "./queue-format.js";

describe.each(siteRecordings)("queues of two clusters of Slurm $version", (site) => {
  const result = (what: string): ExecResult => ({ ok: recorded(site, what).exitCode === 0, signal: undefined, durationMs: 0, ...recorded(site, what) }) as unknown as ExecResult;
  const lists = (what: string, names = ["main", "main-sibling"]): ClusterLists => parseClusterLists(result(what), names, ends);
  const ids = (found: ReturnType<ClusterLists["get"]>): readonly string[] | HpckitError | undefined => (found instanceof HpckitError ? found : found?.map(({ id }) => id).sort());
  const own = Object.entries(site.jobs).flatMap(([what, id]) => (what === "there" ? [] : [id])).sort();

  it("were asked as they are asked now", () => {
    expect(recorded(site, "list").argv).toEqual([...squeue, ...listOptions({ mine: true }, ends, 2001)]);
  });

  it("give each its own, whatever names its jobs have", () => {
    const found = lists("list");
    expect(ids(found.get("main"))).toEqual(own);
    expect(ids(found.get("main-sibling"))).toEqual([site.jobs["there"]]);
    expect(JSON.stringify(found.get("main"))).toContain("CLUSTER: main-sibling");
  });

  it("have no job of an id that they do not know", () => {
    expect(ids(lists("an id that one of them knows").get("main"))).toEqual([site.jobs["array"]]);
    expect(lists("an id that one of them knows").get("main-sibling")).toEqual([]);
    expect([...lists("an id that none of them knows").values()]).toEqual([[], []]);
  });

  it("say nothing of a cluster that did not answer, has ended, or is none", () => {
    const missing = [
      ["a controller that does not answer", "main-sibling"],
      ["a controller that does not answer, first", "main-sibling"],
      ["a controller that has ended", "main-sibling"],
      ["a cluster that accounting does not know", "nowhere"],
    ] as const;
    for (const [what, name] of missing) {
      const found = lists(what, ["main", name]);
      expect(found.get(name)).toBeInstanceOf(ControllerUnreachableError);
      expect(ids(found.get("main"))).toEqual(own);
    }
    expect([...lists("a controller that has ended, alone", ["main-sibling", "nowhere"]).values()]).toMatchObject([{ code: "controller-unreachable" }, { code: "controller-unreachable" }]);
  });

  it("are not believed where squeue complains of something else", () => {
    expect(() => lists("a user that is unknown")).toThrow("Invalid user");
    expect(() => lists("slurmdbd that does not answer")).toThrow(SlurmCommandError);
  });

  it("that were cut anywhere lose no job without a word", () => {
    const whole = result("list");
    const sure = lists("list");
    for (let length = 0; length < whole.stdout.length; length++) {
      let found: ClusterLists;
      try {
        found = parseClusterLists({ ...whole, stdout: whole.stdout.slice(0, length) }, ["main", "main-sibling"], ends);
      } catch (error) {
        expect(error instanceof OutputUnreadableError || error instanceof SlurmCommandError).toBe(true);
        continue;
      }
      for (const [name, jobs] of found) if (!(jobs instanceof HpckitError)) expect(jobs).toEqual((sure.get(name) as typeof jobs).slice(0, jobs.length));
    }
    expect(() => parseClusterLists({ ...whole, ok: false, exitCode: undefined }, ["main"], ends)).toThrow(SlurmCommandError);
  });
});
