import { describe, expect, it } from "vitest";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { parseQueue, type QueueRow } from "../queue/parse-queue.js";
import { explainReason } from "./explain-reason.js";
import { jobRecordings, reasonWordsOfSource, recordEnd } from "./fixtures/job-recordings.js";
import { explainLimit } from "./limit-reason.js";
import { reasonWords } from "./reason-words.js";

const { versions, words } = reasonWordsOfSource;
const looks = ["squeue first", "squeue later", "squeue last", "squeue at the end"];
const rowsOf = (cluster: Recordings, what: string): readonly QueueRow[] => parseQueue(recorded(cluster, what).stdout, recordEnd);
const rowOf = (cluster: Recordings, job: string, what = "squeue first"): QueueRow | undefined => rowsOf(cluster, what).find(({ jobId }) => jobId === cluster.jobs[job]);

/** Reasons that all three versions gave, by what was done to the job; where they differ, by any of the kinds. */
const done = [
  ["held by user", /^JobHeldUser$/, "held", "no", "squeue first"],
  ["held by administrator", /^JobHeldAdmin$/, "held", "no", "squeue first"],
  ["requeued and held", /^job requeued in held state$/, "held", "no", "squeue first"],
  ["special exit", /^job requeued in/, "held", "no", "squeue first"],
  ["dependency", /^Dependency$/, "dependency", "yes", "squeue first"],
  ["dependency never satisfied", /^DependencyNeverSatisfied$/, "dependency", "no", "squeue first"],
  ["begin time", /^BeginTime$/, "begin-time", "yes", "squeue first"],
  ["requeued", /^BeginTime$/, "begin-time", "yes", "squeue first"],
  ["array limit", /^JobArrayTaskLimit$/, "array-limit", "yes", "squeue first"],
  ["partition time limit", /^PartitionTimeLimit$/, "limit", "perhaps", "squeue first"],
  ["partition node limit", /^PartitionNodeLimit$/, "limit", "no", "squeue first"],
  ["memory limit of the partition", /^MaxMemPerLimit$/, "limit", "no", "squeue first"],
  ["partition down", /^PartitionDown$/, "partition", "perhaps", "squeue first"],
  ["partition inactive", /^PartitionInactive$/, "partition", "perhaps", "squeue first"],
  ["licences", /^Licenses$/, "licences", "yes", "squeue first"],
  ["reservation", /^Reservation$/, "reservation", "yes", "squeue first"],
  ["node down", /^ReqNodeNotAvail, UnavailableNodes:c4$/, "nodes", "perhaps", "squeue first"],
  ["invalid qos", /^InvalidQOS$/, "not-allowed", "no", "squeue first"],
  ["features gone", /^BadConstraints$/, "impossible", "no", "squeue first"],
  ["launch fails", /^launch failed requeued held$/, "held", "no", "squeue last"],
  ["nonzero", /^NonZeroExitCode$/, "ended", "no", "squeue first"],
  ["memory", /^OutOfMemory$/, "ended", "no", "squeue first"],
  ["out of time", /^TimeLimit$/, "ended", "no", "squeue out of time"],
  ["past its deadline", /^DeadLine$/, "ended", "no", "squeue past its deadline"],
  ["node fails", /^NodeDown$/, "failure", "no", "squeue first"],
] as const;

describe.each(jobRecordings)("reasons of Slurm $version", (cluster) => {
  it.each(done)("%s is %s", (job, reason, kind, passesByItself, what) => {
    const raw = rowOf(cluster, job, what)?.reason;
    expect(raw).toMatch(reason);
    expect(explainReason(raw)).toMatchObject({ kind, passesByItself, raw });
  });

  it("has a word of its own for signals from 23.02 on", () => {
    const raw = ["signal", "output folder missing"].map((job) => rowOf(cluster, job)?.reason);
    expect(raw).toEqual(cluster.version.startsWith("22.") ? ["JobLaunchFailure", "JobLaunchFailure"] : ["RaisedSignal:9(Killed)", "RaisedSignal:53(Real-time signal 19)"]);
  });

  const limits = Object.keys(cluster.jobs).filter((job) => /^(?:qos|account) .*=/.test(job) && rowOf(cluster, job)?.state.base === "PENDING");

  it.each(limits)("names the limit, from what was set: %s", (job) => {
    const [, owner, name = "", resource = ""] = /^(qos|account) (\w+)(?:=([^=]+))?=[^=]+$/.exec(job) ?? [];
    const reason = explainReason(rowOf(cluster, job)?.reason);
    // A node has no count of nodes or of licences: Slurm calls that unknown.
    const perNode = name === "MaxTRESPerNode" && /node|license/.test(resource);
    expect(reason?.limit).toEqual({ of: owner === "qos" ? "qos" : "association", name, resource: perNode ? "unknown" : resource === "" ? undefined : resource.split("/")[0] });
    expect(reason?.passesByItself).toBe(/^Max(?:TRES(?:PerJob|PerNode|Mins|MinsPerJob)?|Wall)$|^Min/.test(name) ? "no" : name.includes("Jobs") ? "yes" : "perhaps");
  });

  it("were brought about for most limits", () => {
    expect(limits.length).toBeGreaterThan(80);
  });

  it("are explained wherever there are any", () => {
    const raw = looks.flatMap((what) => rowsOf(cluster, what).flatMap(({ reason }) => (reason === undefined ? [] : [reason])));
    expect(raw.filter((reason) => explainReason(reason)?.kind === "unknown")).toEqual([]);
    expect(new Set(raw).size).toBeGreaterThan(90);
  });

  it("are words that its source has", () => {
    const at = versions.findLastIndex((version) => version.split(".").slice(0, 2).join(".") <= cluster.version.split(".").slice(0, 2).join("."));
    const known = rowsOf(cluster, "squeue first").flatMap(({ reason = "" }) => (/^[A-Z][A-Za-z]+$/.test(reason) ? [reason] : []));
    for (const word of known) {
      const [first, last] = words[word] ?? [];
      expect([word, versions.indexOf(first ?? "") <= at, versions.indexOf(last ?? "") >= at]).toEqual([word, true, true]);
    }
  });
});

describe("the table of reasons", () => {
  it.each(Object.keys(words))("explains %s", (word) => {
    const reason = explainReason(word);
    expect(reason?.kind).not.toBe("unknown");
    expect(reason?.explanation).toMatch(/^[a-zA-Z].{10,}[^.]$/);
  });

  it("has no word that no version has", () => {
    expect(Object.keys(reasonWords).filter((word) => words[word] === undefined)).toEqual([]);
  });

  it("explains each word in one place", () => {
    expect(Object.keys(words).filter((word) => Object.hasOwn(reasonWords, word) === (explainLimit(word) !== undefined))).toEqual([]);
  });

  it.each([undefined, "", "None", "(null)"])("takes %j for no reason", (raw) => {
    expect(explainReason(raw)).toBeUndefined();
  });

  it("takes what it does not know for unknown, which may pass", () => {
    for (const raw of ["Hibernating", "constructor", "an administrator wrote this", "QOSGrpGibberishLimit", "12"]) {
      expect(explainReason(raw)).toMatchObject({ kind: "unknown", passesByItself: "perhaps", raw });
    }
  });

  it("reads sentences with underscores, as scontrol writes them", () => {
    expect(explainReason("launch_failed_requeued_held")?.kind).toBe("held");
    expect(explainReason("ReqNodeNotAvail,_Reserved_for_maintenance")).toMatchObject({ kind: "maintenance", passesByItself: "yes" });
  });

  it("says whose limit on used time a job ran into", () => {
    expect(explainReason("Job is at or exceeds QOS normal's group max TRES(cpu) minutes of 10 with 12")?.limit?.of).toBe("qos");
    expect(explainReason("Job is at or exceeds association (acc=a/user=b/part=c) group wall limit 10 with 12")?.limit?.of).toBe("association");
  });

  it("has words of every kind", () => {
    expect(new Set(Object.keys(words).map((word) => explainReason(word)?.kind)).size).toBeGreaterThanOrEqual(16);
  });
});
