import { AbortedError, TransportError } from "@hpckit/core";
import type { ScriptedCall, ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { inputOf, submittedAt } from "../fixtures/scripted-slurm.js";
import { accepts, type Answers, claim, count, framed, login, looks, lost, records, stall, submits, submitted, withdrawn } from "./fixtures/scripted-login.js";

const queueRow = (call: ScriptedCall, id: string): ScriptedReply => {
  const end = /Comment:(.*)$/s.exec(call.argv.at(-1) ?? "")?.[1] ?? "";
  return { stdout: `${id}\x1f${submittedAt}\x1fMARK${end}\n` };
};

describe("a submission whose answer is lost", () => {
  const taken = (call: ScriptedCall, text: string): ScriptedReply => framed(call, `0 ${text}`, "0 shown");

  it.each<[string, Partial<Answers>]>([
    ["the record", { look: (call) => taken(call, claim("reply 0a 0\n12\nend 0a\n")) }],
    ["the queue", { look: (call) => taken(call, claim("")), squeue: (call) => queueRow(call, "12") }],
    ["accounting", { look: (call) => taken(call, claim("")), sacct: () => ({ stdout: `12\x1f${submittedAt}\x1f\x1fsbatch --comment=MARK\n` }) }],
    ["the fence", { look: (call) => framed(call, `0 ${claim("")}`, "0 file run gone\njob 12 0 c1\n", "0 shown") }],
  ])("is settled by %s, and sent once", async (_, answers) => {
    const at = login({ submit: lost, ...answers });
    expect(await submitted(at)).toMatchObject({ id: "12" });
    expect(count(at, submits)).toBe(1);
  });

  it("is made again only when all have known nothing for long enough", async () => {
    let times = 0;
    const at = login({ submit: (call) => (++times === 1 ? lost() : accepts(call)), look: (call) => taken(call, claim("")) });
    expect(await submitted(at)).toMatchObject({ id: "12" });
    expect(at.clock.sleeps.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(120_000);
    const second = at.transport.calls.filter(submits)[1];
    expect(second === undefined ? "" : inputOf(second)).toMatch(/hpckit_submit 0 [\da-f]+ 2 /);
  });

  it("is not settled by a job of the same key whose records were forgotten, however young it is", async () => {
    let times = 0;
    const others = claim("").replaceAll("0a", "0b");
    const at = login({ submit: (call) => (++times === 1 ? lost() : accepts(call)), look: (call) => taken(call, others), squeue: (call) => queueRow(call, "11"), sacct: () => ({ stdout: `11\x1f${submittedAt}\x1f\x1fsbatch --comment=MARK\n` }) });
    expect(await submitted(at)).toMatchObject({ id: "12" });
  });

  it("is settled by any job of its key where the record of its attempt is not whole", async () => {
    const at = login({ submit: lost, look: (call) => taken(call, "file 1 gone\nhpckit submission 1\n"), squeue: (call) => queueRow(call, "12") });
    expect(await submitted(at)).toMatchObject({ id: "12" });
  });

  it.each<[string, Partial<Answers>]>([
    ["squeue fails", { squeue: () => ({ exitCode: 1, stderr: "slurm_load_jobs error: Unable to contact slurm controller" }) }],
    ["squeue says nothing, and an error, with status 0", { squeue: () => ({ stderr: "slurm_load_jobs error: Socket timed out" }) }],
    ["sacct fails", { sacct: () => ({ exitCode: 1, stderr: "sacct: error: slurm_persist_conn_open_without_init" }) }],
    ["whoever submits still runs", { look: (call) => taken(call, claim("").replace("gone", "alive")) }],
  ])("is never made again while %s", async (_, answers) => {
    const at = login({ submit: lost, look: (call) => taken(call, claim("")), ...answers });
    expect(await submitted(at, { key: "daily" })).toMatchObject({ code: "submission-unknown", outcome: "unknown", detail: { key: "daily", mark: expect.stringMatching(/^hpckit:/) as string, secretsFile: [...at.files.keys()][0] } });
    expect(count(at, submits)).toBe(1);
  });

  it("is made at once when its claim was never written", async () => {
    let times = 0;
    const at = login({ submit: (call) => (++times === 1 ? lost() : accepts(call)) });
    expect(await submitted(at)).toMatchObject({ id: "12" });
    // On this clock each look takes as long as it may.
    expect(at.clock.now()).toBeLessThan(submittedAt * 1000 + 4500);
  });

  it("stays open after three attempts", async () => {
    const at = login({ submit: (call) => framed(call, "0 replied 1\nsbatch: error: Batch job submission failed: Socket timed out on send/recv operation", "0 end"), look: (call) => taken(call, claim("")) });
    expect(await submitted(at)).toMatchObject({ outcome: "unknown" });
    expect(count(at, submits)).toBe(3);
  });

  it("is not looked for once nobody can be asked", async () => {
    const at = login({ submit: lost, squeue: () => { throw new TransportError("authentication-failed", "the key is no longer accepted"); } });
    expect(await submitted(at)).toMatchObject({ outcome: "unknown" });
    expect(count(at, looks)).toBe(0);
  });

  it("because the caller gave up is looked for twice, soon", async () => {
    const giveUp = new AbortController();
    const at = login({ submit: () => { giveUp.abort(); throw new AbortedError("aborted"); }, look: (call) => taken(call, claim("")) });
    const error = await submitted(at, { key: "daily", signal: giveUp.signal });
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ message: expect.stringContaining("the job may exist") as string, detail: { outcome: "unknown", key: "daily", mark: expect.stringMatching(/^hpckit:/) as string } });
    expect(count(at, looks)).toBe(2);
    // On this clock each look takes as long as it may.
    expect(at.clock.now()).toBeLessThan(submittedAt * 1000 + 4500);
  });

  it("because the caller gave up gives the job that is found, however long it takes to write that down", async () => {
    const giveUp = new AbortController();
    const at = login({ submit: () => { giveUp.abort(); throw new AbortedError("aborted"); }, look: (call) => taken(call, claim("")), squeue: (call) => queueRow(call, "12") });
    // The first is the withdrawal.
    let written = 0;
    stall(at, (call) => records(call) && ++written > 1);
    expect(await submitted(at, { signal: giveUp.signal })).toMatchObject({ id: "12" });
  });

  it("and which the caller gave up before its claim was written queued nothing", async () => {
    const giveUp = new AbortController();
    const at = login({ submit: () => { giveUp.abort(); throw new AbortedError("aborted"); }, look: withdrawn });
    expect(await submitted(at, { signal: giveUp.signal })).toMatchObject({ code: "aborted", detail: { outcome: "not-sent" } });
    expect(at.files.size).toBe(0);
  });

  it("and which the caller gave up before its claim was written, where its script may still come, may have given a job", async () => {
    const giveUp = new AbortController();
    const at = login({ submit: () => { giveUp.abort(); throw new AbortedError("aborted"); } });
    expect(await submitted(at, { signal: giveUp.signal })).toMatchObject({ code: "aborted", detail: { outcome: "unknown" } });
    expect(at.files.size).toBe(1);
  });

  it("again and again before it was claimed is withdrawn: no script that comes late can queue it", async () => {
    const at = login({ submit: lost, look: withdrawn });
    expect(await submitted(at)).toMatchObject({ code: "submission-not-sent", outcome: "not-sent", retryable: true, message: expect.stringContaining("(lost)") as string, cause: { code: "connection-lost" } });
    expect(count(at, submits)).toBe(5);
    expect(at.files.size).toBe(0);
  });
});
