import { OptionsError } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import { scriptedContext, submittedAt } from "../fixtures/scripted-slurm.js";
import type { JobReference } from "../job/job-reference.js";
import { findLogPaths, type LogSource } from "./log-file.js";

const own: JobReference = { id: "7", cluster: "test", submittedAtSeconds: submittedAt, name: "n" };

interface Known {
  /** Task, own id, state, node, stdout, stderr; and whose. */
  readonly row?: readonly [string, string, string, string, string, string, string?];
  /** What accounting knows. */
  readonly nodes?: string;
  readonly ownId?: string;
  readonly output?: string;
  readonly error?: string;
  /** What scontrol says of nodes, and which version asks. */
  readonly hosts?: ScriptedReply;
  readonly version?: ClusterFacts["version"];
}

const before = { major: 24, minor: 11, patch: 5, text: "24.11.5" };
const after = { major: 25, minor: 11, patch: 0, text: "25.11.0" };

async function find(reference: JobReference, { row, nodes, ownId = "9", output: recorded = "", error: recordedError = "", hosts = { exitCode: 1, stdout: "Node c1 not found\n" }, version = before }: Known = {}, stream: "stdout" | "stderr" = "stdout", { component, file }: Partial<LogSource> = {}): Promise<string | undefined> {
  const transport = scriptedTransport(({ argv }) => {
    if (argv.includes("scontrol")) return hosts;
    if (argv.includes("squeue")) {
      if (row === undefined) return { exitCode: 1, stderr: "slurm_load_jobs error: Invalid job id specified" };
      const [task, id, state, node, output, error, user = "alice"] = row;
      const end = /Name:([^,]*)$/s.exec(argv.at(-1) ?? "")?.[1] ?? "";
      return { stdout: ["7", task, id, component === undefined ? "N/A" : "7", String(component ?? "N/A"), state, String(submittedAt), "0", user, node, output, error, "/w", "", "n"].map((field) => field + end).join("") };
    }
    if (nodes === undefined) return {};
    const jobId = component !== undefined ? `7+${component}` : reference.task === undefined ? "7" : `7_${reference.task}`;
    const end = argv.find((word) => word.startsWith("--delimiter="))?.slice(12) ?? "";
    return { stdout: `${[jobId, ownId, "COMPLETED", String(submittedAt), "bob", nodes, "/w", "of bob", "0", recorded, recordedError].map((field) => field + end).join("")}\n` };
  });
  const [found] = await findLogPaths(scriptedContext(transport, { version }), reference, [{ task: reference.task, component, stream, file }], {});
  return found?.path;
}

describe("the file of a log", () => {
  it("is named by the reference, which nobody is asked about", async () => {
    expect(await find({ ...own, output: "/o/%j" })).toBe("/o/7");
    expect(await find({ ...own, output: "/o/%j" }, {}, "stderr")).toBe("/o/7");
    expect(await find({ ...own, output: "/o/%j", error: "/e/%j" }, {}, "stderr")).toBe("/e/7");
  });

  it("has the node's name once the job has one", async () => {
    expect(await find({ ...own, output: "/o/%N" }, { row: ["N/A", "7", "PENDING", "n/a", "", ""] })).toBeUndefined();
    expect(await find({ ...own, output: "/o/%N" }, { row: ["N/A", "7", "RUNNING", "c3", "", ""] })).toBe("/o/c3");
    for (const [nodes, first] of [["c[3-5,7],d1", "c3"], ["c4", "c4"], ["c007,d1", "c007"], ["r[01-02]x", "r01x"], ["rack[1-2]node[01-10]", "rack1node01"]] as const) expect(await find({ ...own, output: "/o/%N" }, { nodes })).toBe(`/o/${first}`);
  });

  it("has the name of the machine behind the node, before Slurm 25.11", async () => {
    const known: Known = { row: ["N/A", "7", "RUNNING", "c3", "", ""], hosts: { stdout: "NodeName=c3 Arch=x86_64 NodeAddr=10.0.0.3 NodeHostName=gpu03.cluster.example Port=6818\n" } };
    expect(await find({ ...own, output: "/o/%N" }, known)).toBe("/o/gpu03");
    expect(await find({ ...own, output: "/o/%N" }, { ...known, version: after })).toBe("/o/c3");
    await expect(find({ ...own, output: "/o/%N" }, { ...known, hosts: { exitCode: 1, stderr: "slurm_load_node error: Unable to contact slurm controller (connect failure)" } })).rejects.toThrow("does not answer");
  });

  it("has an index that is none where the job is no array", async () => {
    expect(await find({ ...own, output: "/o/%a" }, { row: ["N/A", "7", "RUNNING", "c3", "", ""] })).toBe("/o/4294967294");
    await expect(find({ ...own, output: "/o/%a" }, { row: ["1-2", "7", "PENDING", "n/a", "", ""] })).rejects.toThrow("say which with { task }");
  });

  it("has the own id of a task once that has begun", async () => {
    const task = { ...own, output: "/o/%j", tasks: [1, 2], task: 2 };
    expect(await find(task, { row: ["1-2", "7", "PENDING", "n/a", "", ""] })).toBeUndefined();
    expect(await find(task, { row: ["2", "9", "RUNNING", "c1", "", ""] })).toBe("/o/9");
    expect(await find(task, { nodes: "c1", ownId: "12" })).toBe("/o/12");
  });

  it("is what the controller says where the reference does not", async () => {
    expect(await find(own, { row: ["N/A", "7", "RUNNING", "c1", "rel-%j", "/e"] })).toBe("/w/rel-7");
    expect(await find(own, { row: ["N/A", "7", "RUNNING", "c1", "(null)", "(null)"] }, "stderr")).toBe("/w/slurm-7.out");
    for (const stream of ["stdout", "stderr"] as const) expect(await find({ ...own, tasks: [2], task: 2 }, { row: ["2", "9", "RUNNING", "c1", "/w/slurm-9.out", "/w/slurm-9.out"] }, stream)).toBe("/w/slurm-7_2.out");
    await expect(find(own)).rejects.toThrow(OptionsError);
  });

  it("is what accounting says where the controller has forgotten the job", async () => {
    const found = { id: "7", cluster: "test", submittedAtSeconds: submittedAt };
    const known = { nodes: "c1", output: "%x-%u-%j.out", error: "/e/%j" };
    expect(await find(found, known)).toBe("/w/of bob-bob-7.out");
    expect(await find(found, known, "stderr")).toBe("/e/7");
    expect(await find({ ...found, tasks: [2], task: 2 }, { ...known, output: "slurm-%A_%a.out" })).toBe("/w/slurm-7_2.out");
    expect(await find(found, { nodes: "c1" }, "stdout", { file: "mine.out" })).toBe("/w/mine.out");
    await expect(find(found, { nodes: "c1" })).rejects.toThrow("name the file");
  });

  it("has the name of its owner", async () => {
    expect(await find(own, { row: ["N/A", "7", "RUNNING", "c1", "/o/%u", "(null)", "bob"] })).toBe("/o/bob");
    expect(await find({ ...own, output: "/o/%u", user: "bob" })).toBe("/o/bob");
    expect(await find({ ...own, output: "/o/%u" })).toBe("/o/tester");
  });

  it("that steps write has the id of their component, as long as anybody knows it", async () => {
    const het = { ...own, components: 3, workFolder: "/w" };
    const file = "part-%j.out";
    expect(await find(het, {}, "stdout", { file, component: 0 })).toBe("/w/part-7.out");
    expect(await find(het, { row: ["N/A", "9", "PENDING", "n/a", "", ""] }, "stdout", { file, component: 2 })).toBe("/w/part-9.out");
    expect(await find(het, { nodes: "c1", ownId: "9" }, "stdout", { file, component: 2 })).toBe("/w/part-9.out");
    expect(await find(het, {}, "stdout", { file, component: 2 })).toBeUndefined();
    expect(await find({ ...own, workFolder: "/w" }, {}, "stdout", { file: "/s/%x-%j" })).toBe("/s/n-7");
    await expect(find(het, {}, "stdout", { file: "part-%t.out" })).rejects.toThrow("%t in /w/part-%t.out is of one step, node or task");
  });
});
