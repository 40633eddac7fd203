import { AbortedError, TransportError, type Clock, type Transport } from "@hpckit/core";
import type { ScriptedCall, ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { inputOf } from "../fixtures/scripted-slurm.js";
import { accepts, claim, count, framed, login, looks, lost, records, spec, stall, submits, withdrawn, type Answers, type Login } from "./fixtures/scripted-login.js";

/** A login node on which the caller gives up as soon as a sleep begins that is so long. */
function loginWithAbort(answers: Answers, fromMs: number): { readonly at: Login; readonly signal: AbortSignal } {
  const at = login(answers);
  const giveUp = new AbortController();
  const jumping = { ...at.clock };
  Object.assign(at.clock, {
    sleep: (...[milliseconds, options]: Parameters<Clock["sleep"]>) => {
      if (milliseconds >= fromMs) giveUp.abort(new Error("enough"));
      return jumping.sleep(milliseconds, options);
    },
  });
  return { at, signal: giveUp.signal };
}

const open: Answers = { submit: lost, look: (call) => framed(call, ...[...inputOf(call).matchAll(/^hpckit_show (\d+) /gm)].flatMap(([, index = ""]) => [`${index} ${claim("")}`, `${index} shown`])) };

const thrown = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe("a submission that is given up", () => {
  it("while it waits for its turn is let go at once, and nothing was sent", async () => {
    const { at, signal } = loginWithAbort({ submit: accepts }, 1);
    const slurm = await at.connect();
    await slurm.submit(spec);
    const error = await thrown(slurm.submit(spec, { key: "k", signal }));
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ message: expect.stringContaining("nothing was queued") as string, detail: { outcome: "not-sent" }, cause: { message: "enough" } });
    expect(count(at, submits)).toBe(1);
  });

  it("while it waits for the next look is let go at once, and is told that there may be a job", async () => {
    const { at, signal } = loginWithAbort(open, 1000);
    const error = await thrown((await at.connect()).submit(spec, { key: "k", signal }));
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ message: expect.stringContaining("the job may exist") as string, detail: { outcome: "unknown", key: "k" }, cause: { message: "enough" } });
    expect(count(at, looks)).toBe(3);
  });

  it("is not sent if its round trip had not begun: of many only those that went are looked for", async () => {
    const giveUp = new AbortController();
    const cut = (): ScriptedReply => {
      giveUp.abort(new Error("enough"));
      throw new AbortedError("aborted");
    };
    const at = login({ ...open, submit: cut });
    const results = await (await at.connect()).submitAll(Array.from({ length: 1001 }, () => spec), { signal: giveUp.signal });
    const outcomes = results.map((each) => (each.kind === "error" ? (each.error as AbortedError).detail["outcome"] : each.kind));
    expect([outcomes.filter((outcome) => outcome === "unknown").length, outcomes.at(-1)]).toEqual([1000, "not-sent"]);
    expect(count(at, submits)).toBe(2);
  });

  it("in the middle of a look is let go, too", async () => {
    const giveUp = new AbortController();
    const at = login({
      ...open,
      squeue: () => {
        if (count(at, looks) < 2) return {};
        giveUp.abort();
        throw new AbortedError("aborted");
      },
    });
    expect(await thrown((await at.connect()).submit(spec, { key: "k", signal: giveUp.signal }))).toMatchObject({ code: "aborted", detail: { outcome: "unknown" } });
    expect(count(at, looks)).toBe(2);
  });

  it("in the middle of a look that fails a little later is told that there may be a job; those that went with it have theirs", async () => {
    const giveUp = new AbortController();
    const at = login({
      ...open,
      submit: (call) => ({ stdout: framed(call, "0 replied 0\n12", "0 end").stdout?.replace(/\S+ - done\n$/, "") ?? "" }),
      squeue: async () => {
        if (count(at, looks) < 2) return {};
        giveUp.abort(new Error("enough"));
        await new Promise(setImmediate);
        throw new TransportError("connection-lost", "lost");
      },
    });
    const results = await (await at.connect()).submitAll([spec, spec], { signal: giveUp.signal });
    expect(results).toMatchObject([{ kind: "job", job: { id: "12" } }, { kind: "error", error: { code: "aborted", detail: { outcome: "unknown" }, cause: { message: "enough" } } }]);
  });

  it.each<[string, Pick<Answers, "look">, (call: ScriptedCall) => boolean]>([
    ["look", open, looks],
    ["withdrawal", {}, records],
  ])("waits two seconds at most for a %s, even if that goes on after its abort", async (_, answers, isSlow) => {
    const giveUp = new AbortController();
    const at = login({ ...answers, submit: () => (giveUp.abort(new Error("enough")), lost()) });
    stall(at, isSlow);
    const error = await thrown((await at.connect()).submit(spec, { key: "k", signal: giveUp.signal }));
    expect(error).toMatchObject({ code: "aborted", detail: { outcome: "unknown", key: "k" } });
  });

  it("is told before its secrets are removed, and does not wait for that", async () => {
    const giveUp = new AbortController();
    const at = login({ submit: () => (giveUp.abort(), lost()), look: withdrawn });
    const events: string[] = [];
    Object.assign(at.transport, { remove: () => (events.push("remove"), new Promise(() => undefined)) });
    await (await at.connect()).submitAll([spec, spec], { signal: giveUp.signal, onResult: (result) => events.push(result.kind === "error" ? String((result.error as AbortedError).detail["outcome"]) : result.kind) });
    expect(events).toEqual(["not-sent", "not-sent", "remove", "remove"]);
  });

  it("before its round trip is told before the others' go", async () => {
    const giveUp = new AbortController();
    const events: string[] = [];
    const at = login({
      submit: async (call) => {
        giveUp.abort();
        await new Promise(setImmediate);
        events.push("round trip");
        return framed(call, ...[...inputOf(call).matchAll(/^hpckit_ready (\d+)/gm)].flatMap(([, index = ""]) => [`${index} replied 0\n12`, `${index} end`]));
      },
    });
    const slurm = await at.connect();
    const some = (length: number) => Array.from({ length }, () => slurm.submit(spec));
    const before = some(1001);
    const told = thrown(slurm.submit(spec, { signal: giveUp.signal })).then(() => events.push("told"));
    await Promise.all([...before, told, ...some(2)]);
    expect(events.filter((event) => event === "round trip")).toHaveLength(4);
    expect(events.indexOf("told")).toBeLessThan(events.lastIndexOf("round trip"));
  });

  it("while sbatch waits for a controller that does not answer is let go after a look of two seconds at most", async () => {
    const giveUp = new AbortController();
    const cut = (): ScriptedReply => {
      throw new AbortedError("/bin/sh: aborted by the caller");
    };
    const at = login({ ...open, submit: () => (giveUp.abort(new Error("enough")), cut()) });
    const scripted = { ...at.transport };
    let asked = 0;
    Object.assign(at.transport, {
      exec: (...[argv, options = {}]: Parameters<Transport["exec"]>) => {
        if (!argv.includes("squeue")) return scripted.exec(argv, options);
        asked++;
        // It waits for a connection until it is cut.
        return new Promise((_, reject) => options.signal?.addEventListener("abort", () => reject(new AbortedError("/bin/sh: aborted by the caller"))));
      },
    });
    const error = await thrown((await at.connect()).submit(spec, { key: "k", signal: giveUp.signal }));
    expect(error).toMatchObject({ code: "aborted", message: expect.stringMatching(/^the submission was aborted after it was sent/) as string, detail: { outcome: "unknown", key: "k" } });
    expect(asked).toBe(1);
    // On this clock its withdrawal takes as long as it may, too.
    expect(at.clock.monotonic()).toBe(4000);
  });

  it("with others of which one was begun is told at once what was not sent, though the controller does not answer", async () => {
    const giveUp = new AbortController();
    const events: unknown[] = [];
    const firstIsClaimed = (call: ScriptedCall): ScriptedReply => ({ stdout: withdrawn(call).stdout?.replace(/^(\S+ 0 file[^]*?\n)settled [\da-f]+ none\n/m, "$1") ?? "" });
    const at = login({ submit: () => (giveUp.abort(), lost()), look: firstIsClaimed, squeue: () => (events.push("squeue"), new Promise(() => undefined)) });
    await (await at.connect()).submitAll([spec, spec, spec], { signal: giveUp.signal, onResult: (result, index) => events.push([index, result.kind === "error" && (result.error as AbortedError).detail["outcome"]]) });
    expect(events).toEqual([[1, "not-sent"], [2, "not-sent"], "squeue", [0, "unknown"]]);
  });

  it("leaves those that went with it alone", async () => {
    let times = 0;
    const { at, signal } = loginWithAbort({ ...open, submit: (call) => (++times === 1 ? lost() : accepts(call)) }, 1000);
    const slurm = await at.connect();
    const results = await Promise.all([thrown(slurm.submit(spec, { key: "a", signal })), slurm.submit(spec, { key: "b" })]);
    expect(results).toMatchObject([{ code: "aborted", detail: { outcome: "unknown", key: "a" } }, { id: "12" }]);
  });
});
