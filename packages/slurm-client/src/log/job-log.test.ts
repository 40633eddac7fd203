import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OptionsError } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { inputOf, scriptedContext, submittedAt } from "../fixtures/scripted-slurm.js";
import type { JobReference } from "../job/job-reference.js";
import { logPieces, type LogOptions } from "./job-log.js";
import type { LogEnd } from "./log-files.js";

const folder = mkdtempSync(join(tmpdir(), "job log "));
afterAll(() => rmSync(folder, { recursive: true }));

interface Row {
  readonly task: string;
  readonly ownId: string;
  readonly state: string;
  readonly node?: string;
}

/** A controller that knows rows of array 7, and a login node whose files are this machine's. */
function cluster(rows: () => readonly Row[]) {
  let questions = 0;
  const transport = scriptedTransport((call) => {
    if (!call.argv.includes("squeue")) return { stdout: execFileSync("sh", { input: inputOf(call) }).toString() };
    questions++;
    const end = /Name:([^,]*)$/s.exec(call.argv.at(-1) ?? "")?.[1] ?? "";
    return { stdout: rows().map(({ task, ownId, state, node = "c1" }) => `${["7", task, ownId, "N/A", "N/A", state, String(submittedAt), "0", "alice", node, "", "", folder, "", "n"].map((field) => field + end).join("")}\n`).join("") };
  });
  return { context: scriptedContext(transport), questions: () => questions };
}

const over: LogEnd = { hasBegun: () => true, hasEnded: () => true, hasRun: () => true, restarts: () => 0, ended: AbortSignal.abort() };
const array: JobReference = { id: "7", cluster: "test", submittedAtSeconds: submittedAt, name: "n", workFolder: folder, tasks: [0, 1, 2] };

async function read({ context }: ReturnType<typeof cluster>, job: JobReference, options: LogOptions, end = over): Promise<readonly (readonly [number | undefined, number | undefined, string, string])[]> {
  const found: (readonly [number | undefined, number | undefined, string, string])[] = [];
  for await (const { task, component, stream, text } of logPieces(context, job, options, end)) found.push([task, component, stream, text]);
  return found;
}

describe("a job's log", () => {
  it("is given once where several write one file, and is nobody's alone", async () => {
    const nobody = cluster(() => []);
    const all = join(folder, "all.out");
    writeFileSync(all, "from all\n");
    expect(await read(nobody, { ...array, output: all }, { task: "all" })).toEqual([[undefined, undefined, "stdout", "from all\n"]]);
    expect(await read(nobody, { ...array, output: all, task: 1 }, { stream: "both" })).toEqual([[1, undefined, "stdout", "from all\n"]]);
    expect(await read(nobody, { ...array, output: all, error: all }, { task: "all", stream: "both" })).toEqual([[undefined, undefined, "stdout", "from all\n"]]);
    const het: JobReference = { ...array, tasks: undefined, components: 3 };
    expect(await read(nobody, het, { component: "all", file: "all.out" })).toEqual([[undefined, undefined, "stdout", "from all\n"]]);
    expect(await read(nobody, { ...array, output: all }, { task: "all", fromOffset: 5 })).toEqual([[undefined, undefined, "stdout", "all\n"]]);
  });

  it("has both streams of a job that was found by its id", async () => {
    for (const name of ["7.out", "7.err"]) writeFileSync(join(folder, name), `${name}\n`);
    const found: JobReference = { ...array, tasks: undefined, output: join(folder, "%j.out"), error: join(folder, "%j.err") };
    expect((await read(cluster(() => []), found, { stream: "both" })).map(([, , stream, text]) => [stream, text]).sort()).toEqual([["stderr", "7.err\n"], ["stdout", "7.out\n"]]);
  });

  it("of several files has no offset", async () => {
    await expect(read(cluster(() => []), { ...array, output: `${folder}/%a` }, { task: "all", fromOffset: 1 })).rejects.toThrow(OptionsError);
  });

  it("costs one question for all tasks that have begun, and none while they wait", async () => {
    const tasks = Array.from({ length: 40 }, (_, index) => index);
    for (const task of tasks) writeFileSync(join(folder, `own-${100 + task}`), `${task}\n`);
    const asked = cluster(() => (clockSeconds() < 60 ? [{ task: "0-39", ownId: "7", state: "PENDING" }] : tasks.map((task) => ({ task: String(task), ownId: String(100 + task), state: "RUNNING" }))));
    const clockSeconds = (): number => asked.context.clock.now() / 1000 - submittedAt;
    const end: LogEnd = { hasBegun: () => clockSeconds() >= 60, hasEnded: () => clockSeconds() >= 90, hasRun: () => true, restarts: () => 0, ended: new AbortController().signal };
    const pieces = await read(asked, { ...array, tasks, output: join(folder, "own-%j") }, { task: "all" }, end);
    expect(pieces.map(([task, , , text]) => [task, text]).sort(([one], [other]) => Number(one) - Number(other))).toEqual(tasks.map((task) => [task, `${task}\n`]));
    expect(asked.questions()).toBe(2);
  });

  it("is given as far as it is there, and then says what is missing", async () => {
    for (const task of [0, 2]) writeFileSync(join(folder, `part-${task}`), `${task}\n`);
    const given: string[] = [];
    const all = async (job: JobReference, end = over): Promise<void> => {
      for await (const { text } of logPieces(cluster(() => []).context, job, { task: "all" }, end)) given.push(text);
    };
    await expect(all({ ...array, output: `${folder}/part-%a` })).rejects.toThrow(`${folder}/part-1 is not there`);
    expect(given.sort()).toEqual(["0\n", "2\n"]);
    await expect(all({ ...array, tasks: [1, 3, 4], output: `${folder}/part-%a` })).rejects.toThrow("of 2 more of its files the like is true");
    // Task 1 never ran: it has no file.
    await all({ ...array, output: `${folder}/part-%a` }, { ...over, hasRun: (task) => task !== 1 });
  });

  it("says that a name can no longer be known", async () => {
    await expect(read(cluster(() => []), { ...array, output: `${folder}/on-%N` }, { task: "all" })).rejects.toMatchObject({ code: "log-missing" });
    expect(await read(cluster(() => []), { ...array, output: `${folder}/on-%N` }, { task: "all" }, { ...over, hasRun: () => false })).toEqual([]);
  });

  it("waits for tasks that may write the same file on the same node", async () => {
    const file = join(folder, "on-c1");
    writeFileSync(file, "first\n");
    let seconds: () => number = () => 0;
    const asked = cluster(() => [{ task: "0", ownId: "8", state: "RUNNING" }, seconds() < 30 ? { task: "1-2", ownId: "7", state: "PENDING", node: "n/a" } : { task: "1", ownId: "9", state: "RUNNING" }, { task: "2", ownId: "7", state: "RUNNING" }]);
    seconds = () => {
      const now = asked.context.clock.now() / 1000 - submittedAt;
      if (now > 40 && !readFileSync(file, "utf8").includes("second")) writeFileSync(file, "first\nsecond\n");
      return now;
    };
    const end: LogEnd = { hasBegun: (task) => task === 0 || seconds() >= 30, hasEnded: (task) => (task === 0 ? seconds() > 10 : seconds() > 50), hasRun: () => true, restarts: () => 0, ended: new AbortController().signal };
    const pieces = await read(asked, { ...array, output: join(folder, "on-%N") }, { task: "all" }, end);
    expect(pieces.map(([, , , text]) => text).join("")).toBe("first\nsecond\n");
    expect(pieces.at(-1)?.[0]).toBeUndefined();
  });
});
