import { AbortedError, type Clock, type Transport } from "@hpckit/core";
import type { ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { inputOf } from "../fixtures/scripted-slurm.js";
import { accepts, claim, count, framed, login, looks, lost, spec, submits, type Answers, type Login } from "./fixtures/scripted-login.js";

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
    const results = await (await at.connect()).submitAll(Array.from({ length: 501 }, () => spec), { signal: giveUp.signal });
    const outcomes = results.map((each) => (each.kind === "error" ? (each.error as AbortedError).detail["outcome"] : each.kind));
    expect([outcomes.filter((outcome) => outcome === "unknown").length, outcomes.at(-1)]).toEqual([500, "not-sent"]);
    expect(count(at, submits)).toBe(1);
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
    expect(at.clock.monotonic()).toBe(2000);
  });

  it("leaves those that went with it alone", async () => {
    let times = 0;
    const { at, signal } = loginWithAbort({ ...open, submit: (call) => (++times === 1 ? lost() : accepts(call)) }, 1000);
    const slurm = await at.connect();
    const results = await Promise.all([thrown(slurm.submit(spec, { key: "a", signal })), slurm.submit(spec, { key: "b" })]);
    expect(results).toMatchObject([{ code: "aborted", detail: { outcome: "unknown", key: "a" } }, { id: "12" }]);
  });
});
