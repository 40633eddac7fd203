import { OptionsError } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { ControllerUnreachableError, SlurmCommandError } from "../error/slurm-error.js";
import { recorded } from "../fixtures/recordings.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { createJobLists } from "../jobs/create-job-lists.js";
import type { Slurm } from "../slurm/slurm.js";
import { siteRecordings } from "./fixtures/site-recordings.js";
import { createSiteJobs, type SiteJobLists } from "./site-jobs.js";

/** The ends of a recording, put in the place of those that are asked for now. */
function answerAs({ stdout = "", ...reply }: ScriptedReply, argv: readonly string[]): ScriptedReply {
  const asked = argv.join(" ").match(/[\da-f]{8}-[\da-f-]{27}/g) ?? [];
  return { ...reply, stdout: stdout.replaceAll("4567-end", asked[0] ?? "").replaceAll("89ab-end", asked.at(-1) ?? "") };
}

const slurmOf = (transport: ScriptedTransport, name: string): Slurm => {
  const context = scriptedContext(transport, { name });
  return { cluster: context.facts, jobs: createJobLists(context) } as unknown as Slurm;
};

describe.each(siteRecordings)("jobs of a site of Slurm $version", (site) => {
  const away = { name: "away", error: new ControllerUnreachableError("switched off") };

  function jobsOf(what: string, unreachable = [away].slice(1)): { readonly jobs: SiteJobLists; readonly transport: ScriptedTransport } {
    const reply = recorded(site, what);
    const transport = scriptedTransport(({ argv }) => answerAs(reply, argv));
    const clusters = ["main", "main-sibling"].map((name) => slurmOf(transport, name));
    const checkName = (name: string): string => {
      if ([...clusters.map(({ cluster }) => cluster.name), ...unreachable.map((each) => each.name)].includes(name)) return name;
      throw new OptionsError("cluster", []);
    };
    const version = { major: Number(site.version.split(".")[0]), minor: Number(site.version.split(".")[1]), patch: 0, text: site.version };
    return { transport, jobs: createSiteJobs({ commandLine: scriptedContext(transport, { name: "main", version }), members: { clusters, unreachable, askAgain: () => Promise.resolve() }, checkName }) };
  }

  it("are listed by one squeue, each with its cluster", async () => {
    const { jobs, transport } = jobsOf("list");
    const list = await jobs.list({ mine: true });
    if (list.kind !== "complete") throw new Error("not complete");
    expect(list.jobs.map(({ cluster, id }) => [cluster, id])).toContainEqual(["main-sibling", site.jobs["there"]]);
    expect(new Set(list.jobs.map(({ cluster }) => cluster))).toEqual(new Set(["main", "main-sibling"]));
    expect(transport.calls).toHaveLength(1);
    expect(transport.calls[0]?.argv.join(" ")).toContain("SLURM_CLUSTERS=main,main-sibling");
  });

  it("are never said to be all of them where a cluster gave no answer, nor where it was away before", async () => {
    expect(await jobsOf("a controller that does not answer").jobs.list()).toMatchObject({ kind: "partial", unanswered: [{ name: "main-sibling", error: { code: "controller-unreachable" } }] });
    const { jobs } = jobsOf("list", [away]);
    expect(await jobs.list()).toMatchObject({ kind: "partial", unanswered: [away] });
    expect(await jobs.list({}, { clusters: ["main-sibling", "main"] })).toMatchObject({ kind: "complete" });
    await expect(jobs.list({}, { clusters: ["away"] })).rejects.toBe(away.error);
    await expect(jobs.list({}, { clusters: ["elsewhere"] })).rejects.toThrow(OptionsError);
    expect(await jobs.list({}, { clusters: [] })).toEqual({ kind: "complete", jobs: [] });
    expect(await jobs.list({ ids: [] })).toMatchObject({ kind: "partial", known: [] });
  });

  it("of the own cluster are known without slurmdbd", async () => {
    const silent = recorded(site, "slurmdbd that does not answer");
    const transport = scriptedTransport(({ argv }) => (argv.join(" ").includes("SLURM_CLUSTERS=") ? silent : {}));
    const clusters = ["main", "main-sibling"].map((name) => slurmOf(transport, name));
    const jobs = createSiteJobs({ commandLine: scriptedContext(transport, { name: "main" }), members: { clusters, unreachable: [], askAgain: () => Promise.resolve() }, checkName: (name) => name });
    const list = await jobs.list();
    expect(list).toMatchObject({ kind: "partial", known: [], unanswered: [{ name: "main-sibling" }] });
    expect(list.kind === "partial" && list.unanswered[0]?.error).toBeInstanceOf(SlurmCommandError);
  });

  it("of the past are asked of one sacct, also of a cluster that is away", async () => {
    const { jobs, transport } = jobsOf("history", [away]);
    const records = await jobs.history({ mine: true, since: new Date(0) });
    expect(records.map(({ cluster, name, state }) => [cluster, name, state.base])).toEqual(expect.arrayContaining([["main", "ended", "COMPLETED"], ["main-sibling", "ended there", "FAILED"]]));
    expect(transport.calls).toHaveLength(1);
    expect(transport.calls[0]?.argv).toContain("--clusters=main,main-sibling,away");
    expect(await jobs.history({ mine: true, since: new Date(0) }, { clusters: [] })).toEqual([]);
  });
});
