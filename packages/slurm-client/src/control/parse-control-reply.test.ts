import { describe, expect, it } from "vitest";
import { controlRecordings, recordedReply } from "./fixtures/control-recordings.js";
import { renderControl } from "./control-command.js";
import { parseScancelReplies, parseScontrolReply } from "./parse-control-reply.js";

describe.each(controlRecordings)("what scontrol and scancel say on Slurm $version", (cluster) => {
  const said = (what: string): unknown => {
    const reply = parseScontrolReply(recordedReply(cluster, what));
    return reply.kind === "done" ? reply : reply.problem;
  };
  const id = (name: string): string => cluster.jobs[name] ?? "";
  const ownersSuspend = cluster.version.startsWith("26");

  it("was asked as it is asked now", () => {
    expect(recordedReply(cluster, "hold of pending").argv).toEqual(renderControl({ kind: "hold" }, [{ id: id("pending") }])[0]);
    expect(recordedReply(cluster, "requeue of running").argv).toEqual(renderControl({ kind: "requeue", hold: true }, [{ id: id("running") }])[0]);
    expect(recordedReply(cluster, "signal of running").argv).toEqual(renderControl({ kind: "signal", signal: "URG", to: "batch" }, [{ id: id("running") }])[0]);
    expect(recordedReply(cluster, "update of pending").argv).toEqual(renderControl({ kind: "update", changes: [{ name: "Nice", value: "10" }] }, [{ id: id("pending") }])[0]);
  });

  it.each(["hold of pending", "release of pending", "update of pending", "requeue of running", "update of time of running, down"])("takes silence about a %s for done", (what) => {
    expect(said(what)).toEqual({ kind: "done", refused: [] });
  });

  it.each([
    ["hold of ended", "ended"],
    ["hold of bobs", "permission-denied"],
    ["hold of gone", "not-found"],
    ["release of ended", "ended"],
    ["release of bobs", "permission-denied"],
    ["hold of an ended task", "ended"],
    ["hold of an unknown task", "not-found"],
    ["suspend of gone", "no-answer"],
    ["resume of gone", "no-answer"],
    ["suspend of bobs", "permission-denied"],
    ["requeue of pending", "not-running"],
    ["requeue of rigid", "not-requeueable"],
    ["requeue of bobs", "permission-denied"],
    ["requeue of gone", "not-found"],
    ["update of less nice", "permission-denied"],
    ["update of time of running, up", "permission-denied"],
    ["update of too much time", "permission-denied"],
    ["update of partition of running", "not-pending"],
    ["update of Partition that is not", "partition"],
    ["update of QOS that is not", "qos"],
    ["update of Account that is not", "account"],
    ["update of ReservationName that is not", "reservation"],
    ["update of Features that is not", "constraint"],
    ["update of Licenses that is not", "licenses"],
    ["update of Dependency that is not", "dependency"],
    ["update of ReqNodeList that is not", "nodes"],
    ["update of Priority that is not", "priority-fixed"],
    ["update of priority of held", "held"],
    ["update of ended", "ended"],
    ["update of gone", "not-found"],
    ["update of bobs", "permission-denied"],
  ])("finds the cause of a refused %s", (what, problem) => {
    expect(said(what)).toBe(problem);
  });

  it("knows who may suspend a job", () => {
    expect(said("suspend of running")).toEqual(ownersSuspend ? { kind: "done", refused: [] } : "permission-denied");
    expect(said("suspend of pending")).toBe(ownersSuspend ? "not-running" : "permission-denied");
    expect(said("suspend of ended")).toBe(ownersSuspend ? "ended" : "permission-denied");
  });

  it("tells which tasks of an array were left out", () => {
    expect(said("hold of an array with an ended task")).toEqual({ kind: "done", refused: [{ tasks: [1], problem: "ended", message: "Job has already finished" }] });
    expect(said("requeue of an array")).toMatchObject({ kind: "done", refused: [{ tasks: [3], problem: "not-running" }] });
  });

  it("tells of each of many jobs what scancel said of it", () => {
    const replies = parseScancelReplies(recordedReply(cluster, "cancel of many").stderr);
    const problems = [...replies].map(([job, reply]) => [job, reply.kind === "refused" ? reply.problem : "done"]);
    expect(new Map(problems as [string, string][])).toEqual(
      new Map([[id("ended"), "ended"], [id("gone"), "not-found"], [id("bobs"), "permission-denied"], [`${id("array")}_77`, "not-found"]]),
    );
    expect(parseScancelReplies(recordedReply(cluster, "cancel of a component").stderr).get(`${id("het")}+1`)).toMatchObject({ problem: "het-component" });
    expect(parseScancelReplies(recordedReply(cluster, "signal of running").stderr).size).toBe(0);
    expect(parseScancelReplies(recordedReply(cluster, "signal of ended").stderr).get(id("ended"))).toMatchObject({ problem: "not-found" });
  });
});

it("takes what is not suspended for resumed: seen on 26.05.5, of a job", () => {
  expect(parseScontrolReply({ ok: false, stderr: "Job is not suspended for job 265\n" })).toEqual({ kind: "done", refused: [] });
  expect(parseScontrolReply({ ok: false, stderr: "7_[0,2]: Job is not suspended\n7_1: Job has already finished\n" })).toMatchObject({ kind: "done", refused: [{ tasks: [1], problem: "ended" }] });
});

it("takes a failure without a word for a refusal", () => {
  expect(parseScontrolReply({ ok: false, stderr: "" })).toMatchObject({ kind: "refused", problem: "other" });
});
