import { OptionsError, OutputUnreadableError } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSlurmVersion } from "../cluster/slurm-version.js";
import { SlurmCommandError, SlurmError } from "../error/slurm-error.js";
import { recorded } from "../fixtures/recordings.js";
import { facts, scriptedContext } from "../fixtures/scripted-slurm.js";
import { createJobLists } from "../jobs/create-job-lists.js";
import { hostileTexts, listEnds, listRecordings } from "../jobs/fixtures/list-recordings.js";
import type { HistoryFilter } from "../jobs/job-filter.js";
import type { JobRecord } from "../jobs/job-summary.js";
import { eachIndex } from "../queue/index-ranges.js";
import { historyColumns, historyCommand, parseHistory } from "./accounting-history.js";

const fieldEnd = listEnds.textEnd;

describe.each(listRecordings)("the history of jobs of Slurm $version", (cluster) => {
  const version = parseSlurmVersion(`slurm ${cluster.version}`) ?? facts.version;
  const question = { version, uid: 2001, fieldEnd };
  const records = (what = "history"): readonly JobRecord[] => parseHistory(recorded(cluster, what).stdout, question);
  const named = (job: string, what?: string): readonly JobRecord[] => records(what).filter(({ id }) => id === cluster.jobs[job]);

  it("was asked as it is asked now", () => {
    expect(recorded(cluster, "history").argv).toEqual(historyCommand({ ids: Object.values(cluster.jobs) }, question));
    expect(recorded(cluster, "history of a time").argv).toEqual(historyCommand({ users: ["bob"], since: new Date(cluster.begun * 1000) }, question));
    expect(recorded(cluster, "history of every run").argv).toEqual(historyCommand({ ids: [cluster.jobs["requeued"] ?? ""], everyRun: true }, question));
  });

  it.each(Object.entries(hostileTexts))("has a job %s as accounting keeps it: no quotes, and nothing but UTF-8", (job, [name]) => {
    expect(named(job)).toMatchObject([{ name: name.replaceAll('"', "`").replaceAll("\ufffd", "?"), user: "alice", state: { base: "PENDING" }, workFolder: "/home/alice" }]);
  });

  it("has no comment of a job that has not ended", () => {
    expect(named("two nodes")[0]?.comment).toBeUndefined();
  });

  it("tells what a job asked for and what it has", () => {
    expect(named("two nodes")).toMatchObject([
      {
        uid: 2001, account: "climate", partition: "standard", qos: "normal", reservation: undefined, tasks: undefined, component: undefined, nodes: "c[1-2]", nodeCount: 2, cpuCount: 2, timeLimitSeconds: 600,
        requested: { cpu: 2, mem: 100, node: 2, "gres/gpu": 4, "gres/gpu:a100": 4 }, resources: { cpu: 2, mem: 100, node: 2, "gres/gpu": 4 },
      },
    ]);
    expect(named("named with quotes")).toMatchObject([{ resources: { cpu: 1, mem: 50, node: 1 }, nodes: undefined, startedAtSeconds: undefined, exit: undefined }]);
  });

  it("tells how jobs ended, and what is uncertain of it", () => {
    const shifts = version.major < 25;
    expect(named("completed")).toMatchObject([{ state: { base: "COMPLETED" }, exit: { kind: "success" }, exitCodeUncertain: false }]);
    expect(named("failed")).toMatchObject([{ exit: { kind: "exit-code", exitCode: shifts ? 72 : 200 }, exitCodeUncertain: shifts }]);
    expect(named("memory of a step")).toMatchObject([{ state: { base: "COMPLETED" }, highestStepExit: { kind: "out-of-memory" } }]);
    expect(named("cancelled")).toMatchObject([{ state: { base: "CANCELLED" }, cancelledByUid: 0 }]);
    expect(named("het failed").map(({ component, exit }) => [component, exit])).toEqual([[0, { kind: "exit-code", exitCode: 4 }], [1, { kind: "exit-code", exitCode: 4 }]]);
    expect(named("held array").map(({ tasks }) => [...eachIndex(tasks ?? [])])).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 12]]);
  });

  it("has each run of a job that was queued again, where that is asked for", () => {
    expect(named("requeued").map(({ state }) => state.base)).toEqual(["PENDING"]);
    const runs = named("requeued", "history of every run");
    expect(runs.map(({ state }) => [state.base, state.flags])).toEqual([["UNKNOWN", ["REQUEUED"]], ["PENDING", []]]);
    expect(runs.map(({ startedAtSeconds, restarts }) => [startedAtSeconds !== undefined, restarts])).toEqual(version.major < 24 ? [[true, undefined], [false, undefined]] : [[true, 0], [false, 1]]);
  });

  it("has the jobs of a time and a user", () => {
    expect(records("history of a time").map(({ id, user, partition }) => [id, user, partition])).toEqual([[cluster.jobs["of bob"], "bob", "dev"]]);
  });

  it("of a user that is unknown is an error", async () => {
    const jobs = createJobLists(scriptedContext(scriptedTransport(() => recorded(cluster, "history of a user that is unknown"))));
    await expect(jobs.history({ users: ["nobody-here"], since: new Date(0) })).rejects.toThrow("Invalid user");
  });
});

describe("slurm.jobs.history", () => {
  const since = new Date("2026-11-21T12:00:00.900Z");
  const row = (end: string, changes: Readonly<Record<string, string>>): string => {
    const fields: Readonly<Record<string, string>> = { JobID: "1", State: "COMPLETED", JobName: "r", Submit: "100", ...changes };
    return `${historyColumns(facts.version).map((column) => `${fields[column] ?? ""}${end}`).join("")}\n`;
  };

  const ask = async (filter: HistoryFilter, answer: (end: string) => ScriptedReply = () => ({})): Promise<{ jobs: readonly JobRecord[]; argv: readonly string[] }> => {
    const transport = scriptedTransport(({ argv }) => answer(argv.find((word) => word.startsWith("--delimiter="))?.slice("--delimiter=".length) ?? ""));
    const jobs = await createJobLists(scriptedContext(transport)).history(filter);
    return { jobs, argv: (transport.calls[0]?.argv ?? []).filter((word) => /^--(?!noheader|parsable|delimiter|noconvert|allocations|format)/.test(word)) };
  };

  it.each([
    [{ ids: ["1"] }, ["--allusers", "--jobs=1"]],
    [{ ids: ["1"], until: new Date("2020-01-01T00:00:00Z") }, ["--allusers", "--jobs=1", "--starttime=uts1000000", "--endtime=uts1577836800"]],
    [{ since: new Date(0) }, ["--allusers", "--starttime=uts1000000", "--endtime=now"]],
    [{ since, mine: true }, ["--user=2001", "--starttime=uts1795262400", "--endtime=now"]],
    [{ since, until: new Date("2026-11-22T00:00:00Z"), users: ["a", "b"], everyRun: true, states: ["FAILED"] }, ["--user=a,b", "--duplicates", "--starttime=uts1795262400", "--endtime=uts1795305600"]],
    [{ since, accounts: ["x"], partitions: ["p"], qos: ["q"], names: ["n"], nodes: "c1" }, ["--allusers", "--accounts=x", "--partition=p", "--qos=q", "--name=n", "--nodelist=c1", "--starttime=uts1795262400", "--endtime=now"]],
  ] as const)("asks sacct for %j", async (filter, words) => {
    expect((await ask(filter)).argv).toEqual(words);
  });

  it.each([
    [{ mine: true }, "say from when on"],
    [{ since, until: new Date(0) }, "comes before since"],
    [{ since: "yesterday" }, "since"],
    [{ since, limit: 0 }, "limit"],
    [{ since, state: [] }, 'did you mean "states"?'],
  ])("refuses %j", async (filter, message) => {
    await expect(ask(filter as HistoryFilter)).rejects.toThrow(OptionsError);
    await expect(ask(filter as HistoryFilter)).rejects.toThrow(message);
  });

  it("asks nothing for an empty list: sacct would list every job", async () => {
    expect(await ask({ ids: [] })).toEqual({ jobs: [], argv: [] });
    expect(await ask({ since, users: [] })).toEqual({ jobs: [], argv: [] });
  });

  it("picks what jobs are now, names with commas, and the newest", async () => {
    const answer = (end: string): ScriptedReply => ({ stdout: row(end, { JobID: "1", State: "FAILED", Submit: "100" }) + row(end, { JobID: "2", Submit: "300" }) + row(end, { JobID: "3", State: "REQUEUED", JobName: "a,b", Submit: "200" }) });
    const ids = async (filter: HistoryFilter): Promise<readonly string[]> => (await ask(filter, answer)).jobs.map(({ id }) => id);
    expect(await ids({ since, states: ["FAILED", "REQUEUED"] })).toEqual(["1", "3"]);
    expect(await ids({ since, names: ["a,b"] })).toEqual(["3"]);
    expect(await ids({ since, limit: 2 })).toEqual(["2", "3"]);
  });

  it("finds a name with quotation marks, of which accounting keeps backticks", async () => {
    const answer = (end: string): ScriptedReply => ({ stdout: row(end, { JobID: "1", JobName: "a`b" }) + row(end, { JobID: "2", JobName: "ab" }) });
    const { jobs, argv } = await ask({ since, names: ['a"b'] }, answer);
    expect(argv).toContain('--name=a"b');
    expect(jobs.map(({ id }) => id)).toEqual(["1"]);
  });

  it("asks as often as it takes for thousands of ids, and gives the newest of all", async () => {
    const ids = Array.from({ length: 12_000 }, (_, index) => String(4_000_000_000 + index));
    const transport = scriptedTransport(({ argv }) => {
      const end = argv.find((word) => word.startsWith("--delimiter="))?.slice("--delimiter=".length) ?? "";
      const [first = ""] = argv.find((word) => word.startsWith("--jobs="))?.slice("--jobs=".length).split(",") ?? [];
      return { stdout: row(end, { JobID: first, Submit: first }) };
    });
    const jobs = await createJobLists(scriptedContext(transport)).history({ ids: [...ids, ...ids.slice(0, 1)], limit: 2 });
    expect(transport.calls).toHaveLength(3);
    expect(Math.max(...transport.calls.map(({ argv }) => argv.join(" ").length))).toBeLessThan(100_000);
    expect(jobs.map(({ id }) => id)).toEqual(["4000010000", "4000005000"]);
  });

  it("throws without accounting, and wherever that gave no certain answer", async () => {
    await expect(createJobLists(scriptedContext(scriptedTransport(() => ({})), { accounting: false })).history({ ids: ["1"] })).rejects.toThrow(SlurmError);
    await expect(ask({ ids: ["1"] }, () => ({ exitCode: 1, stderr: "sacct: error: slurmdbd: Connection refused" }))).rejects.toThrow(SlurmCommandError);
    await expect(ask({ ids: ["1"] }, (end) => ({ stdout: row(end, {}).slice(0, -9) }))).rejects.toThrow(OutputUnreadableError);
  });

  it("reads names, comments and folders of any text, which can forge and hide nothing", () => {
    const text = fc.string({ unit: fc.constantFrom("a", " ", ",", "\n", "\r", "\t", "\x1f", '"', "|", "é", "4567-end"), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { maxLength: 5 }), (jobs) => {
        const end = "\x1f<T>\x1f";
        const found = parseHistory(jobs.map(([folder, name, comment]) => row(end, { WorkDir: `/${folder}`, JobName: name, Comment: `c${comment}` })).join(""), { version: facts.version, fieldEnd: end });
        expect(found.map(({ workFolder, name, comment }) => [workFolder, name, comment])).toEqual(jobs.map(([folder, name, comment]) => [`/${folder}`, name, `c${comment}`]));
      }),
    );
  });
});
