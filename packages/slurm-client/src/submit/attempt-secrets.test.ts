import { AbortedError, TransportError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { inputOf } from "../fixtures/scripted-slurm.js";
import { accepts, claim, count, framed, login, looks, lost, submits, submitted, withdrawn, type Answers, type Login } from "./fixtures/scripted-login.js";

/** A login node on which secrets cannot be written from some time on. */
function loginWithout(answers: Answers, fault: (at: Login, times: number) => Error | undefined): Login {
  const at = login(answers);
  const writable = { ...at.transport };
  let times = 0;
  Object.assign(at.transport, {
    writeFile: (path: string, content: string) => {
      const error = fault(at, ++times);
      return error === undefined ? writable.writeFile(path, content) : Promise.reject(error);
    },
  });
  return at;
}

const diskFull = (): Error => new TransportError("disk-full", "no space is left");

describe("the secrets of an attempt", () => {
  const second = claim("reply 0b 0\n13\nend 0b\n").replace("file 1", "file 2").replace("claimed 0a", "claimed 0b");

  it.each([
    ["a job", "12"],
    ["an answer that cannot be read", "?"],
  ])("stay where sbatch gave %s, though somebody had made the next attempt: of both jobs the one that starts first runs", async (_, printed) => {
    const at = login({ submit: (call) => framed(call, `0 replied 0\n${printed}`, `0 ${claim(`reply 0a 0\n${printed}\nend 0a\n`)}`, `0 ${second}`, "0 shown") });
    expect(await submitted(at, { key: "k" })).toMatchObject({ id: "13" });
    expect(at.files.size).toBe(1);
  });

  it("go where another process has claimed the key, whatever that comes to", async () => {
    const at = login({ submit: (call) => framed(call, `0 ${claim("")}`, "0 shown"), look: (call) => framed(call, `0 ${claim("reply 0a 0\n7\nend 0a\n")}`, "0 shown") });
    expect(await submitted(at, { key: "k" })).toMatchObject({ id: "7" });
    expect(at.files.size).toBe(0);
  });

  it("that left no claim go once another attempt of its number has one", async () => {
    const left: number[] = [];
    const at = login({ submit: (call) => (left.push(at.files.size), left.length < 3 ? lost() : accepts(call)) });
    const job = (await submitted(at)) as { toJSON(): { secretsFile: string } };
    expect([left, [...at.files.keys()]]).toEqual([[1, 2, 3], [job.toJSON().secretsFile]]);
  });

  it("that left no claim stay where the next attempt of its number finds one: it may be its own, which was late", async () => {
    let first: readonly string[] | undefined;
    const at = login({ submit: (call) => {
      if (first !== undefined) return framed(call, `0 ${claim("reply 0a 0\n12\nend 0a\n")}`, "0 shown");
      first = [...at.files.keys()];
      return lost();
    } });
    expect(await submitted(at, { key: "k" })).toMatchObject({ id: "12" });
    expect([...at.files.keys()]).toEqual(first);
  });

  it("stay where the attempt that is withdrawn is a later one", async () => {
    const asked = (): number => count(at, submits);
    const at = login({
      submit: lost,
      look: (call) => (inputOf(call).includes("settled %s") ? withdrawn(call) : framed(call, ...(asked() < 5 ? [] : [`0 ${claim("")}`]), "0 shown")),
    });
    expect(await submitted(at)).toMatchObject({ outcome: "not-sent" });
    expect([asked(), at.files.size]).toEqual([5, 5]);
  });
});

describe("secrets that cannot be written", () => {
  it("end the submission at once, with the reason, and nothing was sent", async () => {
    const at = loginWithout({ submit: accepts }, diskFull);
    expect(await submitted(at)).toMatchObject({ code: "submission-not-sent", outcome: "not-sent", retryable: false, message: "the job was not sent: no space is left", cause: { code: "disk-full" } });
    expect([count(at, submits), count(at, looks)]).toEqual([0, 0]);
  });

  it("because the caller gave up are told so", async () => {
    const giveUp = new AbortController();
    const at = loginWithout({ submit: accepts }, () => (giveUp.abort(new Error("enough")), new AbortedError("writeFile: aborted by the caller")));
    expect(await submitted(at, { signal: giveUp.signal })).toMatchObject({ code: "aborted", message: "the submission was aborted; nothing was queued", detail: { outcome: "not-sent" }, cause: { message: "enough" } });
    expect(count(at, looks)).toBe(0);
  });

  it("because the connection was lost are written over the next", async () => {
    const at = loginWithout({ submit: accepts }, (_, times) => (times === 1 ? new TransportError("connection-lost", "lost") : undefined));
    expect(await submitted(at)).toMatchObject({ id: "12" });
    expect(at.files.size).toBe(1);
  });

  it.each<[string, Partial<Answers>, string, number]>([
    ["is withdrawn first", { look: withdrawn }, "not-sent", 0],
    ["may have given a job where it cannot be withdrawn", {}, "unknown", 1],
  ])("when a script of the attempt may still come: it %s", async (_, answers, outcome, files) => {
    const at = loginWithout({ submit: lost, ...answers }, (_login, times) => (times === 1 ? undefined : diskFull()));
    expect(await submitted(at)).toMatchObject({ outcome, cause: { code: "disk-full" } });
    expect([count(at, submits), at.files.size]).toEqual([1, files]);
  });

  it("nor is a refusal before its claim the last word when a script of the attempt may still come", async () => {
    let times = 0;
    const at = login({ submit: (call) => (++times === 1 ? lost() : framed(call, "0 skipped")), look: withdrawn });
    expect(await submitted(at)).toMatchObject({ code: "submission-not-sent", outcome: "not-sent", cause: { code: "controller-unreachable" } });
    expect([times, at.files.size]).toEqual([5, 0]);
  });
});
