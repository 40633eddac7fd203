import { AbortedError, addingLayer, compose, OptionsError, secret, setVariable, TransportError, type LaunchLayer, type Transport } from "@hpckit/core";
import { manualClock, scriptedTransport, type ManualClock, type ScriptedCall, type ScriptedReply, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { SubmissionKeyTakenError } from "../error/submission-errors.js";
import { facts, submittedAt } from "../fixtures/scripted-slurm.js";
import { connectSlurm } from "../slurm/connect-slurm.js";
import type { Slurm } from "../slurm/slurm.js";

const canary = "canary-0123456789";
const withSecret: LaunchLayer = addingLayer("secret", { setup: [setVariable("TOKEN", secret(canary))] });

const input = ({ options }: ScriptedCall): string => String(options.stdin ?? "");
const submits = (call: ScriptedCall): boolean => input(call).includes("hpckit_submit 0");
const looks = (call: ScriptedCall): boolean => input(call).includes("hpckit_show 0");
const markerOf = (call: ScriptedCall): string => /hpckit-[\da-f]{8}-[\da-f-]+/.exec(input(call))?.[0] ?? "";

/** What the scripts over there print. */
const framed = (call: ScriptedCall, ...frames: readonly string[]): ScriptedReply => ({ stdout: [`- began ${submittedAt}`, ...frames, "- done"].map((frame) => `${markerOf(call)} ${frame}\n`).join("") });
const accepts = (call: ScriptedCall): ScriptedReply => framed(call, "0 replied 0\n12", "0 end");
/** A claim of the spec that was last submitted, unless told. */
const claim = (lines: string, { spec = "LAST", key = "k" } = {}): string => `file 1 gone\nhpckit submission 1\nkey ${JSON.stringify(key)}\nspec ${spec}\njob {"workFolder":"/w","output":"/w/%j.out"}\nhost h 1 ${submittedAt}\nclaimed 0a\n${lines}\n`;

interface Login {
  readonly transport: ScriptedTransport;
  readonly clock: ManualClock;
  readonly files: Map<string, string>;
  readonly connect: () => Promise<Slurm>;
}

interface Answers {
  readonly submit: (call: ScriptedCall) => ScriptedReply;
  readonly look?: (call: ScriptedCall) => ScriptedReply;
  readonly squeue?: (call: ScriptedCall) => ScriptedReply;
  readonly sacct?: (call: ScriptedCall) => ScriptedReply;
}

/** A login node with files in memory, and programs that answer as they are told. */
function login({ submit, look, squeue, sacct }: Answers): Login {
  const files = new Map<string, string>();
  const clock = manualClock(submittedAt * 1000);
  let last = { spec: "", mark: "" };
  const scripted = scriptedTransport((call) => {
    if (submits(call)) last = { spec: /^spec ([\da-f]+)$/m.exec(input(call))?.[1] ?? "", mark: /hpckit:[\da-f]+/.exec(input(call))?.[0] ?? "" };
    const reply = answer(call);
    return { ...reply, stdout: reply.stdout?.replaceAll("LAST", last.spec).replaceAll("MARK", last.mark) ?? "" };
  });
  const answer = (call: ScriptedCall): ScriptedReply => {
    const token = call.argv.at(-1) ?? "";
    if (submits(call)) return submit(call);
    if (looks(call)) return look?.(call) ?? framed(call, "0 shown");
    if (call.argv.includes("squeue")) return squeue?.(call) ?? {};
    if (call.argv.includes("sacct")) return sacct?.(call) ?? {};
    if (!call.argv.some((word) => word.includes("section version"))) return {};
    const config = `ClusterName = ${facts.name}\nAccountingStorageType = accounting_storage/slurmdbd\n`;
    const sections = { version: "slurm 24.11.5\n", config, partitions: "PartitionName=standard Default=YES MaxTime=1-00:00:00\n", uid: "2001\n", home: "/home/alice\n", folder: "/home/alice\n" };
    return { stdout: Object.entries(sections).map(([name, text]) => `${token} ${name}\n${text}`).join("") };
  };
  const transport = {
    ...scripted,
    mkdir: () => Promise.resolve(),
    writeFile: (path: string, content: string) => {
      files.set(path, content);
      return Promise.resolve();
    },
    remove: (path: string) => {
      files.delete(path);
      return Promise.resolve();
    },
  } as ScriptedTransport & Transport;
  return { transport, clock, files, connect: () => connectSlurm(transport, { clock }) };
}

const spec = { launch: compose(["true"], [withSecret]) };
const submitted = async ({ connect }: Login, options = {}): Promise<unknown> => (await connect()).submit(spec, options).catch((error: unknown) => error);
const count = ({ transport }: Login, which: (call: ScriptedCall) => boolean): number => transport.calls.filter(which).length;
const lost = (): ScriptedReply => {
  throw new TransportError("connection-lost", "lost");
};

describe("a submission", () => {
  it("brings the secret by a file, and by no other way", async () => {
    const { connect, files, transport } = login({ submit: accepts });
    const job = await (await connect()).submit(spec);
    expect(job.toJSON()).toMatchObject({ id: "12", cluster: "test", submittedAtSeconds: submittedAt, output: "/home/alice/slurm-%j.out", secretsFile: expect.stringMatching(/^\/home\/alice\/\.hpckit\/secrets\//) as string });
    expect([...files]).toEqual([[job.toJSON().secretsFile, `HPCKIT_SECRET_0_TOKEN=${canary}\n`]]);
    expect(JSON.stringify([transport.calls, job])).not.toContain(canary);
  });

  it("that is refused leaves no file, and repeats no secret that a wrapper printed", async () => {
    const at = login({ submit: (call) => framed(call, `0 replied 1\nTOKEN=${canary}\nsbatch: error: Batch job submission failed: Invalid partition name specified`, "0 end") });
    const error = await submitted(at);
    expect(error).toMatchObject({ code: "invalid-partition", outcome: "not-sent" });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(canary);
    expect(at.files.size).toBe(0);
  });

  it.each([
    ["connection-refused", true],
    ["authentication-failed", false],
    ["host-key-refused", false],
  ] as const)("that met %s was not sent", async (fault, retryable) => {
    const at = login({ submit: () => { throw new TransportError(fault, "no"); } });
    expect(await submitted(at)).toMatchObject({ code: "submission-not-sent", outcome: "not-sent", retryable });
    expect(at.files.size).toBe(0);
  });

  it.each([
    ["0 missing /home/alice/logs", { code: "folder-missing", detail: { folder: "/home/alice/logs" } }],
    ["0 unclaimed", { code: "claim-failed", retryable: true }],
    ["0 skipped", { code: "submission-not-sent", retryable: true }],
  ])("answered with %j queued nothing", async (frame, error) => {
    const at = login({ submit: (call) => framed(call, frame) });
    expect(await submitted(at)).toMatchObject({ ...error, outcome: "not-sent" });
    expect(at.files.size).toBe(0);
  });

  it("whose words cannot be passed was not sent", async () => {
    const at = login({ submit: () => { throw new OptionsError("exec", []); } });
    expect(await submitted(at)).toBeInstanceOf(OptionsError);
    expect(at.files.size).toBe(0);
  });

  it("with a wrong key is refused before anything is sent", async () => {
    const at = login({ submit: accepts });
    for (const options of [{ key: "" }, { key: "a\nb" }, { key: "x".repeat(201) }, { keys: "a" }]) expect(await submitted(at, options)).toBeInstanceOf(OptionsError);
    expect(count(at, submits)).toBe(0);
  });
});

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
    expect(second === undefined ? "" : input(second)).toMatch(/hpckit_submit 0 [\da-f]+ 2 /);
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
    expect(at.clock.now()).toBeLessThan(submittedAt * 1000 + 2000);
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
    expect(await submitted(at, { signal: giveUp.signal })).toMatchObject({ outcome: "unknown" });
    expect(count(at, looks)).toBe(2);
    expect(at.clock.now()).toBeLessThan(submittedAt * 1000 + 2000);
  });

  it("and which the caller gave up before its claim was written queued nothing", async () => {
    const giveUp = new AbortController();
    const at = login({ submit: () => { giveUp.abort(); throw new AbortedError("aborted"); } });
    expect(await submitted(at, { signal: giveUp.signal })).toBeInstanceOf(AbortedError);
  });
});

const queueRow = (call: ScriptedCall, id: string): ScriptedReply => {
  const end = /Comment:(.*)$/s.exec(call.argv.at(-1) ?? "")?.[1] ?? "";
  return { stdout: `${id}\x1f${submittedAt}\x1fMARK${end}\n` };
};

describe("a key", () => {
  it("gives the handle of the first job, whose files its own record names", async () => {
    const at = login({ submit: (call) => framed(call, `0 ${claim("reply 0a 0\n7\nend 0a\n")}`, "0 shown") });
    const job = await (await at.connect()).submit(spec, { key: "k" });
    expect(job.toJSON()).toMatchObject({ id: "7", output: "/w/%j.out", submittedAtSeconds: submittedAt, secretsFile: undefined });
    expect(at.files.size).toBe(0);
  });

  it("of another spec is refused, and names its job", async () => {
    const at = login({ submit: (call) => framed(call, `0 ${claim("reply 0a 0\n7\nend 0a\n", { spec: "another" })}`, "0 shown") });
    const error = await submitted(at, { key: "k" });
    expect(error).toBeInstanceOf(SubmissionKeyTakenError);
    expect(error).toMatchObject({ code: "submission-key-taken", key: "k", jobId: "7", outcome: "not-sent" });
    expect(at.files.size).toBe(0);
  });

  it("of a refused spec takes the next attempt at once", async () => {
    let times = 0;
    const at = login({ submit: (call) => (++times === 1 ? framed(call, `0 ${claim("reply 0a 1\nsbatch: error: Invalid qos specification\nend 0a\n", { spec: "another" })}`, "0 shown") : accepts(call)) });
    expect(await submitted(at, { key: "k" })).toMatchObject({ id: "12" });
    expect(at.clock.sleeps.every((each) => each === 0)).toBe(true);
  });
});

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
    const at = login({ submit: (call) => framed(call, ...[...input(call).matchAll(/^hpckit_ready (\d+)/gm)].map(([, index = ""]) => `${index} replied 0\n${20 + Number(index)}\n${markerOf(call)} ${index} end`)) });
    const slurm = await at.connect();
    const jobs = await Promise.all(few(5).map((each) => slurm.submit(each)));
    expect(jobs.map(({ id }) => id)).toEqual(["20", "21", "22", "23", "24"]);
    expect(count(at, submits)).toBe(1);
    const before = at.clock.now();
    await slurm.submit(spec);
    expect(at.clock.now() - before).toBe(1000);
  });
});

describe("a plan", () => {
  it("shows the scripts and the command, of one and of many, without a secret, and sends nothing", async () => {
    const at = login({ submit: accepts });
    const slurm = await at.connect();
    const plan = await slurm.plan(spec, { key: "daily" });
    expect(plan).toMatchObject({ key: "daily", argv: expect.arrayContaining(["sbatch", `--comment=${plan.mark}`]) as string[] });
    expect(plan.submitScript).toContain(plan.script);
    const plans = await slurm.planAll([spec, spec], { key: (_, index) => `k${index}` });
    expect(plans.map(({ key }) => key)).toEqual(["k0", "k1"]);
    expect(plans[0]?.submitScript).toBe(plans[1]?.submitScript);
    expect(plans[0]?.submitScript.match(/^hpckit_ready \d/gm)).toHaveLength(2);
    expect(JSON.stringify(plans.map(({ script, submitScript }) => [script, submitScript]))).not.toContain(canary);
    expect(at.transport.calls).toHaveLength(1);
  });
});

describe("a job's reference", () => {
  it("is read strictly", async () => {
    const slurm = await login({ submit: accepts }).connect();
    expect(() => slurm.job({ id: "12,13", cluster: "test", submittedAtSeconds: 1 })).toThrow(OptionsError);
    expect(() => slurm.job({ id: "12", cluster: "other", submittedAtSeconds: 1 })).toThrow("one of the cluster other; this is test");
  });

  it("from a file has nothing removed outside of our own folder", async () => {
    const { connect, transport, files } = login({ submit: accepts });
    const slurm = await connect();
    const secretsFile = "/home/alice/.hpckit/secrets/../../thesis.tex";
    const others = [secretsFile, "/etc/hosts", "/home/alice/.hpckit/secrets/..", "/home/alice/.hpckit/secrets"];
    for (const file of others) files.set(file, "precious");
    expect(transport.calls).toHaveLength(1);
    for (const file of others) {
      const job = slurm.job({ id: "12", cluster: "test", submittedAtSeconds: submittedAt, secretsFile: file });
      expect((await job.done()).kind).toBe("lost");
    }
    expect([...files.keys()]).toEqual(others);
  });
});
