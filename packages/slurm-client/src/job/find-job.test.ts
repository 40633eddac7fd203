import { OptionsError, parseOptions } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { controlRecordings, recordedReply } from "../control/fixtures/control-recordings.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { findJob, jobIdSchema } from "./find-job.js";
import type { JobReference } from "./job-reference.js";

const written = (id: string): ReturnType<typeof parseOptions<{ id: string; task: number | undefined }>> => parseOptions(jobIdSchema, id, "job id");

describe.each(controlRecordings)("a job found by its id on Slurm $version", (cluster) => {
  const id = (name: string): string => cluster.jobs[name] ?? "";
  const { stdout } = recordedReply(cluster, "details of all");

  /** squeue answers as it was recorded, whatever the separator of the call. */
  const find = (text: string, records = ""): Promise<JobReference | undefined> => {
    const transport = scriptedTransport(({ argv }) => {
      if (argv.includes("sacct")) return { stdout: records };
      const end = /Name:([^,]*)$/s.exec(argv.at(-1) ?? "")?.[1] ?? "";
      return { stdout: stdout.replaceAll("\x1f-end-\x1f", end) };
    });
    return findJob(scriptedContext(transport), written(text), {});
  };
  const record = (jobId: string, submitted: number): string => `${[jobId, "COMPLETED", "0:0", "0:0", "None", submitted, submitted, submitted, "5", "c1"].join("\x1f")}\n`;

  it("is a reference with what the controller knows", async () => {
    expect(await find(id("named"))).toMatchObject({ id: id("named"), cluster: "test", output: "/home/alice/o-%x-%N" });
    expect((await find(id("named")))?.submittedAtSeconds).toBeGreaterThan(1_795_000_000);
  });

  it("has all tasks of an array, also those that only accounting knows still", async () => {
    const submitted = (await find(id("array")))?.submittedAtSeconds ?? 0;
    const old = record(`${id("array")}_99`, submitted - 86_400);
    const own = [0, 1, 2, 3, 7].map((task) => record(`${id("array")}_${task}`, submitted)).join("");
    expect(await find(id("array"), own + old)).toMatchObject({ tasks: [0, 1, 2, 3, 7] });
    expect(await find(`${id("array")}_7`, own)).toMatchObject({ task: 7 });
    expect(await find(`${id("array")}_9`, own)).toBeUndefined();
  });

  it("has those that ended before the rest was queued again, too", async () => {
    const submitted = 1_795_000_000;
    const requeued = [0, 1, 2].map((task) => record(`12_${task}`, submitted)).join("") + record("12_3", submitted + 7200).replace("COMPLETED", "RUNNING");
    const context = scriptedContext(scriptedTransport(() => ({ stdout: requeued })));
    const detail = { jobId: "12", ownId: "12", state: { base: "RUNNING", flags: [], raw: "RUNNING" }, tasks: [3], component: undefined, submittedAtSeconds: submitted + 7200, restarts: 1, user: "alice", workFolder: "/w", comment: "", name: "n" };
    const backend = { ...context.backend, details: () => Promise.resolve([detail] as unknown as Awaited<ReturnType<typeof context.backend.details>>) };
    expect(await findJob({ ...context, backend }, written("12"), {})).toMatchObject({ tasks: [0, 1, 2, 3], submittedAtSeconds: submitted });
    expect(await findJob({ ...context, backend }, written("12_0"), {})).toMatchObject({ task: 0 });
  });

  it("names no tasks of an array while it may not know all: without accounting, and while that is behind", async () => {
    expect(await find(id("array"))).not.toHaveProperty("tasks");
    const task = await find(`${id("array")}_2`);
    expect(task).toMatchObject({ task: 2 });
    expect(task).not.toHaveProperty("tasks");
    expect(await find("4711", record("4711_1", 1_795_000_000).replace("COMPLETED", "RUNNING"))).not.toHaveProperty("tasks");
  });

  it("is known to accounting when the controller has forgotten it, and to nobody when it never was", async () => {
    expect(await find("4711", record("4711", 1_795_000_000))).toEqual({ id: "4711", cluster: "test", submittedAtSeconds: 1_795_000_000, name: undefined, workFolder: undefined, output: undefined, error: undefined });
    expect(await find("4711")).toBeUndefined();
  });
});

it.each(["", "0", "12_", "12,13", "12+1", "-1", "12_[1-3]"])("%j is no id", (text) => {
  expect(() => written(text)).toThrow(OptionsError);
});
