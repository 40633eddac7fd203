import { OutputUnreadableError } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { SlurmCommandError } from "../error/slurm-error.js";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { waitingRecordings } from "./fixtures/waiting-recordings.js";
import { queryPriorities } from "./job-priority.js";
import { queryStartEstimates } from "./start-estimate.js";
import { waitingQuestion } from "./waiting-job.js";

/** Answers squeue and sprio as they were recorded; what squeue prints ends as this call wants it. */
const replay = (cluster: Recordings, what = "jobs that wait"): ScriptedTransport =>
  scriptedTransport(({ argv }): ScriptedReply => {
    if (argv.includes("sprio")) return recorded(cluster, "priorities");
    const end = /Reason:(.*)$/s.exec(argv.at(-1) ?? "")?.[1] ?? "";
    return { ...recorded(cluster, what), stdout: recorded(cluster, what).stdout.replaceAll("\x1eEND\x1e", end) };
  });

describe.each(waitingRecordings)("jobs that wait, by Slurm $version", (cluster) => {
  const { array = "", het = "", single = "", held = "", running = "" } = cluster.jobs;
  const all = [array, het, single, held, running];

  it("were asked for as they are now", () => {
    expect(recorded(cluster, "jobs that wait").argv).toEqual(waitingQuestion(`--jobs=${all.join(",")}`, "\x1eEND\x1e").argv);
  });

  it("are told by task and component, and what runs is not", async () => {
    const rows = await queryStartEstimates(scriptedContext(replay(cluster)), all);
    expect(rows.map(({ jobId, task, component }) => [jobId, task, component])).toEqual([
      [array, 0, undefined], [array, 1, undefined], [array, 2, undefined], [single, undefined, undefined],
      [het, undefined, 1], [het, undefined, 0], [array, 3, undefined], [array, 4, undefined], [held, undefined, undefined],
    ]);
    expect(await queryStartEstimates(scriptedContext(replay(cluster, "a job that runs")), [running])).toEqual([]);
    expect(await queryStartEstimates(scriptedContext(replay(cluster, "an unknown job")), ["99999999"])).toEqual([]);
  });

  it("have no start while they are held, though squeue still shows one", async () => {
    const rows = await queryStartEstimates(scriptedContext(replay(cluster)), all);
    expect(recorded(cluster, "jobs that wait").stdout).toMatch(new RegExp(`${held}\x1f\\d+\x1f17\\d{8}\x1f.*JobHeldUser`));
    expect(rows.find(({ jobId }) => jobId === held)).toEqual({ jobId: held, task: undefined, component: undefined, startsAtSeconds: undefined, nodes: undefined, reason: "JobHeldUser" });
  });

  it("have priorities by task and component, which sprio does not name", async () => {
    const transport = replay(cluster);
    const rows = await queryPriorities(scriptedContext(transport), all);
    expect(rows.map(({ jobId, task, component, factors: { nice } }) => [jobId, task, component, nice])).toEqual([
      [array, 0, undefined, 0], [array, 1, undefined, 0], [array, 2, undefined, 0], [single, undefined, undefined, 0],
      [het, undefined, 1, 0], [het, undefined, 0, 0], [array, 3, undefined, 7],
    ]);
    expect(transport.calls.map(({ argv }) => argv.slice(argv.indexOf("hpckit") + 1)).at(-1)).toEqual(recorded(cluster, "priorities").argv);
  });

  it("have a priority of one task that is asked for", async () => {
    expect(await queryPriorities(scriptedContext(replay(cluster, "a task that waits")), [`${array}_1`])).toMatchObject([{ jobId: array, task: 1, partition: "dev", user: "alice", priority: 120 }]);
  });
});

describe("a question about jobs that wait", () => {
  const asked = async (ids: readonly string[]): Promise<readonly string[]> => {
    const transport = scriptedTransport(() => ({}));
    await queryPriorities(scriptedContext(transport), ids);
    return transport.calls.flatMap(({ argv }) => argv.filter((word) => /^--(?:jobs|user)=/.test(word)));
  };
  const row = (id: string): ScriptedTransport =>
    scriptedTransport(({ argv }) => ({ stdout: `${id}\x1f7\x1f2001\x1fN/A\x1f(null)\x1fNone${/Reason:(.*)$/s.exec(argv.at(-1) ?? "")?.[1] ?? ""}\n` }));

  it("names no task beside its array, whose other tasks squeue would leave out, and asks no further where none waits", async () => {
    expect(await asked(["7_1", "7", "8_1", "8_2", "7_2"])).toEqual(["--jobs=7,8_1,8_2"]);
    expect(await asked([])).toEqual(["--user=2001"]);
  });

  it("takes no row for an answer that is of several tasks, of none, or cut", async () => {
    for (const id of ["7_[1-2]", "7_[1,3]", "x"]) await expect(queryStartEstimates(scriptedContext(row(id)), ["7"])).rejects.toThrow(OutputUnreadableError);
    await expect(queryStartEstimates(scriptedContext(scriptedTransport(() => ({ stdout: "12\x1f17" }))), ["12"])).rejects.toThrow(OutputUnreadableError);
  });

  it("takes no silence for an answer where squeue could not ask, though it exits with 0", async () => {
    const failing = scriptedTransport(() => ({ stderr: "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n" }));
    await expect(queryStartEstimates(scriptedContext(failing), ["7"])).rejects.toThrow();
    await expect(queryPriorities(scriptedContext(scriptedTransport(() => ({ exitCode: 1, stderr: "squeue: unrecognized option\n" }))), ["7"])).rejects.toThrow(SlurmCommandError);
  });
});
