import { TransportError } from "@hpckit/core";
import type { ScriptedCall, ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { accepts, claim, count, framed, login, looks, lost, spec, standard, submits, submitted, type Answers, type Login } from "./fixtures/scripted-login.js";

const long = { ...spec, time: "30d" } as const;
const asksPartitions = (call: ScriptedCall): boolean => call.argv.includes("partition");
const asksDatabase = (call: ScriptedCall): boolean => call.argv.includes("sacctmgr");
const asked = (at: Login): readonly number[] => [count(at, asksPartitions), count(at, asksDatabase), count(at, looks)];
const refusal = { code: "limit-exceeded", limit: "MaxTime", outcome: "not-sent" };

/** A QOS with flags, which jobs of the default account have. */
const withQos = (...flags: readonly string[]) => ({ argv }: ScriptedCall): ScriptedReply => ({ stdout: argv.includes("qos") ? `long|0|${flags.join(",")}${"|".repeat(21)}\n` : `lab|lab||long|long${"|".repeat(14)}\n` });

const submitLong = async (answers: Partial<Answers>, options = {}): Promise<{ readonly at: Login; readonly result: unknown }> => {
  const at = login({ submit: accepts, ...answers });
  return { at, result: await (await at.connect()).submit(long, options).catch((error: unknown) => error) };
};

describe("a job that is larger than the connection knows to fit", () => {
  it("costs another that fits no question", async () => {
    const at = login({ submit: accepts });
    await submitted(at);
    expect(asked(at)).toEqual([0, 0, 0]);
  });

  it("is refused if the cluster still says so", async () => {
    const { at, result } = await submitLong({});
    expect(result).toMatchObject(refusal);
    expect([...asked(at), count(at, submits)]).toEqual([1, 2, 0, 0]);
  });

  it("is sent if a partition allows it by now", async () => {
    expect((await submitLong({ partitions: () => ({ stdout: standard("60-00:00:00") }) })).result).toMatchObject({ id: "12" });
  });

  it("is sent if its QOS goes before the partition's limits", async () => {
    expect((await submitLong({ sacctmgr: withQos("PartitionTimeLimit") })).result).toMatchObject({ id: "12" });
    expect((await submitLong({ sacctmgr: withQos("PartitionMaxNodes") })).result).toMatchObject(refusal);
  });

  it.each([
    ["the controller", { partitions: () => ({ exitCode: 1, stderr: "Unable to contact slurm controller" }) }],
    ["accounting", { sacctmgr: () => ({ exitCode: 1, stderr: "Connection refused" }) }],
    ["nobody", { partitions: lost }],
  ])("is left to sbatch where %s does not answer", async (_, answers) => {
    expect((await submitLong(answers)).result).toMatchObject({ id: "12" });
  });

  it("gives the job that its key has", async () => {
    const there = (call: ScriptedCall): ScriptedReply => framed(call, `0 ${claim("reply 0a 0\n7\nend 0a\n")}`, "0 shown");
    const { at, result } = await submitLong({ submit: there, look: there }, { key: "k" });
    expect(result).toMatchObject({ id: "7" });
    expect(count(at, looks)).toBe(1);
  });

  it("is refused under a key that has no job", async () => {
    expect((await submitLong({}, { key: "k" })).result).toMatchObject(refusal);
    const refused = (call: ScriptedCall): ScriptedReply => framed(call, `0 ${claim("reply 0a 1\nsbatch: error: Invalid qos specification\nend 0a\n", { spec: "another" })}`, "0 shown");
    expect((await submitLong({ look: refused }, { key: "k" })).result).toMatchObject(refusal);
  });

  it("is left to sbatch where nobody can look whether its key has a job", async () => {
    const away = (): ScriptedReply => { throw new TransportError("connection-lost", "lost"); };
    expect((await submitLong({ look: away }, { key: "k" })).result).toMatchObject({ id: "12" });
  });

  it("asks once with all that come together", async () => {
    const at = login({ submit: accepts, look: (call) => framed(call, ...Array.from({ length: 20 }, (_, index) => `${index} shown`)) });
    const slurm = await at.connect();
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => slurm.submit(long, { key: `k${index}` })));
    expect(results.every((each) => each.status === "rejected")).toBe(true);
    expect(asked(at)).toEqual([1, 2, 1]);
    expect((await slurm.submitAll(Array.from({ length: 20 }, () => long))).map((each) => (each.kind === "error" ? each.error : each))).toMatchObject(Array.from({ length: 20 }, () => refusal));
    expect(asked(at)).toEqual([2, 4, 1]);
  });

  it("is not sent once its caller has given up", async () => {
    const abort = new AbortController();
    const { at, result } = await submitLong({ partitions: () => { abort.abort(); return {}; } }, { signal: abort.signal });
    expect(result).toMatchObject({ code: "aborted", detail: { outcome: "not-sent" } });
    expect(count(at, submits)).toBe(0);
  });
});
