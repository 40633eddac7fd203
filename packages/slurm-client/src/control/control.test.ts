import { AbortedError } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { ControllerUnreachableError } from "../error/slurm-error.js";
import { JobControlError } from "../error/job-control-error.js";
import { scriptedContext, submittedAt } from "../fixtures/scripted-slurm.js";
import { control, controlOne, type ControlledJob } from "./control.js";
import type { JobAction } from "./job-action.js";

const own: ControlledJob = { id: "7", submittedAtSeconds: submittedAt };
const hold: JobAction = { kind: "hold" };
const signal: JobAction = { kind: "signal", signal: "USR1", to: "batch" };

interface Row {
  readonly task?: string;
  readonly state?: string;
  readonly submittedAt?: number;
  readonly restarts?: number;
  readonly user?: string;
}

/** Slurm's programs with one queue. Orders get `reply`. */
function slurm({ queue = [], accounting = "", reply = {} }: { queue?: readonly Row[]; accounting?: string; reply?: ScriptedReply }): ScriptedTransport {
  return scriptedTransport(({ argv }) => {
    const format = argv.at(-1) ?? "";
    if (argv.includes("sacct")) return { stdout: accounting };
    if (!argv.includes("squeue")) return reply;
    const rows = queue.map(({ task = "N/A", state = "RUNNING", submittedAt: at = submittedAt, restarts = 0, user = "tester" }) => ({ task, state, at: String(at), restarts: String(restarts), user }));
    if (!format.includes("UserName")) {
      const end = /Reason:(.*)$/s.exec(format)?.[1] ?? "";
      return { stdout: rows.map((row) => [row.task === "N/A" ? "7" : `7_[${row.task}]`, row.state, row.at, "N/A", "0:05", "0:0", row.restarts, "c1", `None${end}\n`].join("\x1f")).join("") };
    }
    const end = /Name:([^,]*)$/s.exec(format)?.[1] ?? "";
    return { stdout: rows.map((row) => ["7", row.task, "7", "N/A", "N/A", row.state, row.at, row.restarts, row.user, "c1", "/o", "/e", "/w", "", "n"].map((field) => field + end).join("")).join("\n") };
  });
}

const asked = ({ calls }: ScriptedTransport): readonly string[] => calls.map(({ argv }) => argv.slice(4).join(" ").replace(/ --Format=.*/s, ""));
const at = (transport: ScriptedTransport, hoursLater = 0): ReturnType<typeof scriptedContext> => {
  const context = scriptedContext(transport);
  return { ...context, clock: { ...context.clock, now: () => (submittedAt + hoursLater * 3600) * 1000 } };
};

describe("an order about a job", () => {
  it("is one round trip where all is well", async () => {
    const transport = slurm({});
    expect(await controlOne(at(transport), hold, own)).toEqual({ kind: "done" });
    expect(asked(transport)).toEqual(["scontrol uhold 7"]);
  });

  it("is no failure where the job has ended, as Slurm or accounting says", async () => {
    expect(await controlOne(at(slurm({ reply: { exitCode: 1, stderr: "Job has already finished for job 7\n" } })), hold, own)).toEqual({ kind: "ended" });
    const gone = { exitCode: 1, stderr: "Invalid job id specified for job 7\n" };
    const record = `${["7", "COMPLETED", "0:0", "0:0", "None", submittedAt, submittedAt, submittedAt, "5", "c1"].join("\x1f")}\n`;
    expect(await controlOne(at(slurm({ reply: gone, accounting: record })), hold, own)).toEqual({ kind: "ended" });
  });

  it("about a job that nobody knows is an error, and not an end", async () => {
    const order = controlOne(at(slurm({ reply: { exitCode: 1, stderr: "Invalid job id specified for job 7\n" } })), hold, own);
    await expect(order).rejects.toMatchObject({ name: "JobControlError", code: "job-not-found", retryable: false });
    const alive = `${["7", "RUNNING", "0:0", "0:0", "None", submittedAt, submittedAt, "Unknown", "5", "c1"].join("\x1f")}\n`;
    await expect(controlOne(at(slurm({ reply: { exitCode: 1, stderr: "Invalid job id specified for job 7\n" }, accounting: alive })), hold, own)).rejects.toThrow(JobControlError);
  });

  it("says whose job it is where that is another's", async () => {
    const denied = { exitCode: 1, stderr: "Access/permission denied for job 7\n" };
    await expect(controlOne(at(slurm({ reply: denied, queue: [{ user: "bob" }] })), hold, own)).rejects.toThrow("it is a job of bob, and you are tester");
    await expect(controlOne(at(slurm({ reply: denied, queue: [{}] })), { kind: "suspend" }, own)).rejects.toThrow("only operators may suspend");
  });

  it("that cannot be followed now may be given again, and no other", async () => {
    const busy = controlOne(at(slurm({ reply: { exitCode: 1, stderr: "Job can not be altered now, try again later for job 7" } })), hold, own);
    await expect(busy).rejects.toMatchObject({ problem: "busy", retryable: true });
  });

  it("that may not have reached the controller is no answer about the job", async () => {
    for (const stderr of ["Unable to contact slurm controller (connect failure)", "Socket timed out on send/recv operation"]) {
      await expect(controlOne(at(slurm({ reply: { exitCode: 1, stderr } })), hold, own)).rejects.toThrow(ControllerUnreachableError);
    }
  });

  it("that got no answer is asked about: scontrol says the same of a controller that is down and of an id that is unknown", async () => {
    const reply = { exitCode: 1, stderr: "Unexpected message received for job 7\n" };
    await expect(controlOne(at(slurm({ reply })), { kind: "suspend" }, own)).rejects.toMatchObject({ code: "job-not-found" });
    await expect(controlOne(at(slurm({ reply, queue: [{}] })), { kind: "suspend" }, own)).rejects.toMatchObject({ code: "job-no-answer" });
    const ended = `${["7", "COMPLETED", "0:0", "0:0", "None", submittedAt, submittedAt, submittedAt, "5", "c1"].join("\x1f")}\n`;
    const down = scriptedTransport(({ argv }) => (argv.includes("sacct") ? { stdout: ended } : argv.includes("squeue") ? { exitCode: 1, stderr: "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" } : reply));
    await expect(controlOne(at(down), hold, own)).rejects.toThrow(ControllerUnreachableError);
  });

  it("is not sent when the caller has given up", async () => {
    const transport = slurm({});
    await expect(controlOne(at(transport), hold, own, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    expect(transport.calls).toEqual([]);
  });
});

describe("an old reference", () => {
  it("does not touch the job that has its id now", async () => {
    const transport = slurm({ queue: [{ submittedAt: submittedAt + 50 * 3600 }] });
    await expect(controlOne(at(transport, 60), { kind: "cancel", hurry: false }, own)).rejects.toThrow("the id is another job's now");
    expect(asked(transport).some((words) => words.includes("scancel"))).toBe(false);
  });

  it("still means a job that was queued again", async () => {
    const transport = slurm({ queue: [{ submittedAt: submittedAt + 50 * 3600, restarts: 1 }] });
    expect(await controlOne(at(transport, 60), { kind: "cancel", hurry: false }, own)).toEqual({ kind: "done" });
  });
});

describe("orders for jobs that run", () => {
  it("go to the tasks that run", async () => {
    const transport = slurm({ queue: [{ task: "0" }, { task: "3", state: "COMPLETED" }, { task: "4-9%2", state: "PENDING" }, { task: "2" }] });
    expect(await controlOne(at(transport), signal, own)).toEqual({ kind: "done" });
    expect(asked(transport).at(-1)).toBe("scancel --verbose --signal=USR1 --batch 7_0 7_2");
  });

  it("are not sent to one that waits, because scancel would try for 95 seconds", async () => {
    const transport = slurm({ queue: [{ state: "PENDING" }] });
    await expect(controlOne(at(transport), signal, own)).rejects.toMatchObject({ problem: "not-running" });
    expect(asked(transport)).toHaveLength(1);
  });

  it("are not sent to one that has ended, which a requeue would run again", async () => {
    const transport = slurm({ queue: [{ state: "COMPLETED" }] });
    expect(await controlOne(at(transport), { kind: "requeue", hold: false }, own)).toEqual({ kind: "ended" });
    expect(asked(transport)).toHaveLength(1);
  });
});

describe("an order about many jobs", () => {
  it("is one scancel, and has a result for each", async () => {
    const said = "scancel: Terminating job 7\nscancel: error: Kill job error on job id 8: Access/permission denied\nscancel: error: Kill job error on job id 9: Job/step already completing or completed\n";
    const transport = slurm({ reply: { exitCode: 210, stderr: said } });
    const results = await control(at(transport), { kind: "cancel", hurry: false }, ["7", "8", "9"].map((id) => ({ ...own, id })));
    expect(results.map(({ kind }) => kind)).toEqual(["done", "failed", "ended"]);
    expect(asked(transport)[0]).toBe("scancel --verbose 7 8 9");
  });

  it("asks nothing about none: scancel without an id would be an error, squeue without one everybody's jobs", async () => {
    const transport = slurm({});
    expect(await control(at(transport), signal, [])).toEqual([]);
    expect(transport.calls).toEqual([]);
  });
});
