import { OptionsError, OutputUnreadableError } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ControllerUnreachableError, SlurmCommandError } from "../error/slurm-error.js";
import { recorded } from "../fixtures/recordings.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { createJobLists } from "../jobs/create-job-lists.js";
import type { ListFilter } from "../jobs/job-filter.js";
import type { JobSummary } from "../jobs/job-summary.js";
import { hostileTexts, listEnds as ends, listRecordings } from "../jobs/fixtures/list-recordings.js";
import { eachIndex } from "./index-ranges.js";
import { listCommand, parseJobList } from "./list-jobs.js";

describe.each(listRecordings)("a list of jobs of Slurm $version", (cluster) => {
  const listed = (what = "list"): readonly JobSummary[] => parseJobList(recorded(cluster, what).stdout, ends);
  const named = (job: string): readonly JobSummary[] => listed().filter(({ id }) => id === cluster.jobs[job]);

  it("was asked as it is asked now", () => {
    const { argv } = recorded(cluster, "list");
    const ids = argv.find((word) => word.startsWith("--jobs="))?.slice("--jobs=".length).split(",");
    expect(argv).toEqual(listCommand({ ids, states: "all" }, ends, 2001));
  });

  it.each(Object.entries(hostileTexts))("has a job %s as it was submitted", (job, [name, comment]) => {
    expect(named(job)).toMatchObject([{ name, comment, user: "alice", state: { base: "PENDING" }, reason: { kind: "held" } }]);
  });

  it("tells what a running job has", () => {
    const [job] = named("two nodes");
    expect(job).toMatchObject({
      uid: 2001, account: "climate", partition: "standard", qos: "normal", reservation: undefined, tasks: undefined, component: undefined, state: { base: "RUNNING" }, reason: undefined,
      nodes: "c[1-2]", nodeCount: 2, cpuCount: 2, resources: { cpu: 2, mem: 100, node: 2, "gres/gpu": 4, "gres/gpu:a100": 4 }, timeLimitSeconds: 600, restarts: 0, workFolder: "/home/alice", exit: undefined, comment: "with GPUs",
    });
    expect(job?.endedAtSeconds).toBe((job?.startedAtSeconds ?? 0) + 600);
    expect(job?.eligibleAtSeconds).toBeGreaterThanOrEqual(job?.submittedAtSeconds ?? Infinity);
    expect(job?.priority).toBeGreaterThan(0);
  });

  it("tells what a waiting job asked for, and of which tasks and components a row is", () => {
    expect(named("named with quotes")).toMatchObject([{ resources: { cpu: 1, mem: 50, node: 1 }, nodes: undefined, startedAtSeconds: undefined }]);
    expect(named("held array").map(({ tasks }) => [...eachIndex(tasks ?? [])])).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 12]]);
    expect(named("het held").map(({ component }) => component).sort()).toEqual([0, 1]);
    expect(named("requeued")).toMatchObject([{ restarts: 1, reason: { kind: "begin-time" } }]);
  });

  it("tells how jobs ended that the controller still knows", () => {
    expect(named("completed")).toMatchObject([{ state: { base: "COMPLETED" }, exit: { kind: "success" } }]);
    expect(named("failed")).toMatchObject([{ state: { base: "FAILED" }, exit: { kind: "exit-code", exitCode: 200 } }]);
  });

  it("has every job that was asked for, and none beside", () => {
    expect(new Set(listed().map(({ id }) => id))).toEqual(new Set(Object.values(cluster.jobs)));
    expect(listed("list of running jobs of a partition").map(({ id, user, partition, state }) => [id, user, partition, state.base])).toEqual([[cluster.jobs["of bob"], "bob", "dev", "RUNNING"]]);
  });

  it("of a user that is unknown is an error, though squeue exits with 0", async () => {
    const reply = recorded(cluster, "list of a user that is unknown");
    expect(reply.exitCode).toBe(0);
    await expect(createJobLists(scriptedContext(scriptedTransport(() => reply))).list({ users: ["nobody-here"] })).rejects.toThrow("Invalid user");
  });
});

interface RowFields {
  readonly id: string;
  readonly name?: string;
  readonly state?: string;
  readonly submitted?: string;
}

/** A row as squeue prints it for a command. */
function rowFor(argv: readonly string[], { id, name = "a", state = "PENDING", submitted = "1" }: RowFields): string {
  const format = argv.at(-1) ?? "";
  const end = { textEnd: /Reservation:([^,]*),/.exec(format)?.[1] ?? "", recordEnd: /Comment:(.*)$/s.exec(format)?.[1] ?? "" };
  return `${[id, state, "0:0", "0", submitted, "1", "N/A", "N/A", "0:00", "10:00", "", "1", "1", "cpu=1", "7", "alice", "2001", "a", "p", "q", "(null)"].join("\x1f")}${["", "None", "/w", name, "c"].join(end.textEnd)}${end.recordEnd}\n`;
}

describe("slurm.jobs.list", () => {
  const ask = async (filter: ListFilter, reply: ScriptedReply = {}): Promise<{ jobs: readonly JobSummary[]; argv: readonly string[] }> => {
    const transport = scriptedTransport(() => reply);
    const jobs = await createJobLists(scriptedContext(transport)).list(filter);
    return { jobs, argv: (transport.calls[0]?.argv ?? []).filter((word) => /^--(?!all$|noheader|Format)/.test(word)) };
  };

  it.each([
    [{}, []],
    [{ mine: true }, ["--user=2001"]],
    [{ states: "all" }, ["--states=all"]],
    [{ states: ["PENDING", "COMPLETING"], users: ["alice", "bob"], accounts: ["a"], partitions: ["p", "q"], qos: ["high"] }, ["--states=PENDING,COMPLETING", "--user=alice,bob", "--account=a", "--partition=p,q", "--qos=high"]],
    [{ names: ["a b", "c"], ids: ["1", "2"], reservations: ["r"], nodes: "c[1-3],d" }, ["--name=a b,c", "--jobs=1,2", "--reservation=r", "--nodelist=c[1-3],d"]],
    [{ names: ["a,b"] }, []],
  ] as const)("asks squeue for %j", async (filter, words) => {
    expect((await ask(filter)).argv).toEqual(words);
  });

  it.each([{ ids: [] }, { users: [] }, { states: [] }, { names: [] }])("asks nothing for %j: squeue would list every job", async (filter) => {
    expect(await ask(filter)).toEqual({ jobs: [], argv: [] });
  });

  it.each([
    [{ user: ["alice"] }, 'did you mean "users"?'],
    [{ states: ["RUNING"] }, "RUNING"],
    [{ ids: ["1_2"] }, "whole number"],
    [{ users: ["a,b"] }, "without blanks and commas"],
    [{ partitions: ["-a"] }, "without blanks and commas"],
    [{ nodes: "c1 --help" }, "nodes such as"],
  ])("refuses %j", async (filter, message) => {
    await expect(ask(filter as ListFilter)).rejects.toThrow(OptionsError);
    await expect(ask(filter as ListFilter)).rejects.toThrow(message === "RUNING" ? "states" : message);
  });

  it("picks names with commas, and times of submission, out of the answer", async () => {
    const transport = scriptedTransport(({ argv }) => ({ stdout: rowFor(argv, { id: "1", name: "a,b", submitted: "100" }) + rowFor(argv, { id: "2", submitted: "200" }) + rowFor(argv, { id: "3", name: "a,b", submitted: "300" }) }));
    const slurmJobs = createJobLists(scriptedContext(transport));
    expect((await slurmJobs.list({ names: ["a,b"] })).map(({ id }) => id)).toEqual(["1", "3"]);
    expect((await slurmJobs.list({ submittedSince: new Date(200_000) })).map(({ id }) => id)).toEqual(["2", "3"]);
  });

  it("asks as often as it takes for thousands of ids: a command does not hold any number", async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => String(4_000_000_000 + index));
    const transport = scriptedTransport(({ argv }) => ({ stdout: (argv.find((word) => word.startsWith("--jobs="))?.slice("--jobs=".length).split(",") ?? []).map((id) => rowFor(argv, { id })).join("") }));
    expect((await createJobLists(scriptedContext(transport)).list({ ids })).map(({ id }) => id)).toEqual(ids);
    expect(transport.calls).toHaveLength(4);
    expect(Math.max(...transport.calls.map(({ argv }) => argv.join(" ").length))).toBeLessThan(100_000);
  });

  it("leaves out what another cluster of a federation runs now, unless it is asked for", async () => {
    const transport = scriptedTransport(({ argv }) => ({ stdout: rowFor(argv, { id: "1", state: "REVOKED" }) + rowFor(argv, { id: "2" }) }));
    const slurmJobs = createJobLists(scriptedContext(transport));
    const ids = async (filter: ListFilter): Promise<readonly string[]> => (await slurmJobs.list(filter)).map(({ id }) => id);
    expect(await ids({ mine: true })).toEqual(["2"]);
    expect(await ids({ states: "all" })).toEqual(["2"]);
    expect(await ids({ states: ["REVOKED", "PENDING"] })).toEqual(["1", "2"]);
    expect(await ids({ ids: ["1", "2"] })).toEqual(["1", "2"]);
  });

  it("knows no job of one id that the controller does not know, and throws wherever that gave no certain answer", async () => {
    expect((await ask({ ids: ["9"] }, { exitCode: 1, stderr: "slurm_load_jobs error: Invalid job id specified" })).jobs).toEqual([]);
    await expect(ask({ users: ["nobody"] }, { stderr: "squeue: error: Invalid user: nobody" })).rejects.toThrow(SlurmCommandError);
    await expect(ask({}, { stderr: "slurm_load_jobs error: Socket timed out on send/recv operation" })).rejects.toThrow(ControllerUnreachableError);
    await expect(ask({}, { stdout: "Welcome!\n" })).rejects.toThrow(OutputUnreadableError);
  });
});

describe("parseJobList", () => {
  it("reads names, comments and folders of any text, which can forge and hide nothing", () => {
    const text = fc.string({ unit: fc.constantFrom("a", " ", ",", "\n", "\r", "\t", "\x1f", "\x1e", '"', "|", "é", "0123-end", "4567-end"), maxLength: 12 });
    const plain = ["41", "PENDING", "0:0", "0", "1", "1", "N/A", "N/A", "0:00", "10:00", "", "1", "1", "cpu=1", "7", "alice", "2001", "a", "p", "q", "(null)"];
    const row = (reason: string, folder: string, name: string, comment: string): string => `${plain.join("\x1f")}${["", reason, folder, name, comment].join("\x1f<T>\x1f")}\x1e<R>\x1e\n`;
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { maxLength: 5 }), (jobs) => {
        const found = parseJobList(jobs.map(([folder, name, comment]) => row("None", `/${folder}`, name, `c${comment}`)).join(""), { textEnd: "\x1f<T>\x1f", recordEnd: "\x1e<R>\x1e" });
        expect(found.map(({ workFolder, name, comment }) => [workFolder, name, comment])).toEqual(jobs.map(([folder, name, comment]) => [`/${folder}`, name, `c${comment}`]));
      }),
    );
  });
});
