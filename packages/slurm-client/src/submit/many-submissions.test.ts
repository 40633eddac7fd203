import { describe, expect, it, vi } from "vitest";
import { inputOf } from "../fixtures/scripted-slurm.js";
import { accepts, claim, count, framed, login, looks, markerOf, spec, submits } from "./fixtures/scripted-login.js";

describe("many submissions", () => {
  const few = (length: number) => Array.from({ length }, (_, index) => ({ ...spec, name: `n${index}` }));

  it("go in one round trip, and each has its own end, in order", async () => {
    const at = login({ submit: (call) => framed(call, "0 replied 0\n12", "0 end", "1 replied 1\nsbatch: error: Invalid qos specification", "1 end", "2 missing /x", "3 replied 0\n15", "3 end") });
    const told: number[] = [];
    const results = await (await at.connect()).submitAll(few(4), { onResult: (_, index) => told.push(index) });
    expect(results.map((each) => (each.kind === "job" ? each.job.id : (each.error as { code: string }).code))).toEqual(["12", "invalid-qos", "folder-missing", "15"]);
    expect([...told].sort()).toEqual([0, 1, 2, 3]);
    expect(count(at, submits)).toBe(1);
  });

  it("are all settled where the caller's own callback fails", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const at = login({ submit: (call) => framed(call, "0 replied 0\n12", "0 end", "1 replied 0\n13", "1 end") });
    const results = await (await at.connect()).submitAll(few(2), {
      onResult: () => {
        throw new Error("the caller's own");
      },
    });
    expect(results.map((each) => (each.kind === "job" ? each.job.id : String(each.error)))).toEqual(["12", "13"]);
    expect(warned.mock.calls.map(([message]) => message)).toEqual(["onResult of submitAll has failed: the caller's own"]);
    warned.mockRestore();
  });

  it("one after another keep their pace, and no more, when the time of day is set back", async () => {
    const at = login({ submit: accepts });
    const slurm = await at.connect({ submitPaceMs: 1000 });
    await slurm.submit(spec);
    at.clock.setForward(-3_600_000);
    await slurm.submit(spec);
    expect(at.clock.sleeps.reduce((sum, each) => sum + each, 0)).toBe(1000);
  });

  it("under keys whose jobs are recorded wait for nothing: nothing is queued", async () => {
    const at = login({ submit: (call) => framed(call, `0 ${claim("reply 0a 0\n12\nend 0a\n")}`, "0 shown") });
    const slurm = await at.connect({ submitPaceMs: 1000 });
    for (let again = 0; again < 3; again++) expect((await slurm.submit(spec, { key: "k" })).id).toBe("12");
    expect(count(at, submits)).toBe(3);
    expect(at.clock.sleeps.reduce((sum, each) => sum + each, 0)).toBe(0);
  });

  it("are found out about together when the connection breaks in the middle", async () => {
    const at = login({
      submit: (call) => ({ stdout: framed(call, "0 replied 0\n12", "0 end", "1 replied 0\n13", "1 end", "2 re").stdout?.replace(/2 re[^]*/, "") ?? "" }),
      look: (call) => framed(call, `0 ${claim("reply 0a 0\n14\nend 0a\n")}`, "0 shown", `1 ${claim("reply 0a 0\n15\nend 0a\n")}`, "1 shown"),
    });
    const results = await (await at.connect()).submitAll([spec, spec, spec, spec]);
    expect(results.map((each) => (each.kind === "job" ? each.job.id : String(each.error)))).toEqual(["12", "13", "14", "15"]);
    expect(count(at, looks)).toBe(1);
    expect(count(at, submits)).toBe(1);
  });

  it("are refused together when one is wrong in itself, and nothing is sent", async () => {
    const at = login({ submit: accepts });
    const slurm = await at.connect();
    const wrong = slurm.submitAll([spec, { ...spec, time: "0s" }, { ...spec, nodes: 0 }], { key: (_, index) => `k${index}` });
    await expect(wrong).rejects.toThrow(/\[1\]\.time: .*\[2\]\.nodes/);
    await expect(slurm.submitAll([spec], { key: () => "" })).rejects.toThrow("[0].key: an empty text");
    expect(count(at, submits)).toBe(0);
  });

  it("that the cluster does not allow fail alone", async () => {
    const at = login({ submit: accepts });
    const results = await (await at.connect()).submitAll([{ ...spec, time: "30d" }, spec]);
    expect(results).toMatchObject([{ kind: "error", error: { code: "limit-exceeded" } }, { kind: "job" }]);
  });

  it("of single calls go together, at most about once a second", async () => {
    const at = login({ submit: (call) => framed(call, ...[...inputOf(call).matchAll(/^hpckit_ready (\d+)/gm)].map(([, index = ""]) => `${index} replied 0\n${20 + Number(index)}\n${markerOf(call)} ${index} end`)) });
    const slurm = await at.connect();
    const jobs = await Promise.all(few(5).map((each) => slurm.submit(each)));
    expect(jobs.map(({ id }) => id)).toEqual(["20", "21", "22", "23", "24"]);
    expect(count(at, submits)).toBe(1);
    const before = at.clock.now();
    await slurm.submit(spec);
    expect(at.clock.now() - before).toBe(1000);
  });
});
