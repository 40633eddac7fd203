import { OptionsError, TransportError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { SubmissionKeyTakenError } from "../error/submission-errors.js";
import { submittedAt } from "../fixtures/scripted-slurm.js";
import { accepts, canary, claim, count, framed, login, spec, submits, submitted } from "./fixtures/scripted-login.js";

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
    ["0 skipped", { code: "controller-unreachable", retryable: true }],
  ])("answered with %j queued nothing", async (frame, error) => {
    const at = login({ submit: (call) => framed(call, frame) });
    expect(await submitted(at)).toMatchObject({ ...error, outcome: "not-sent" });
    expect(at.files.size).toBe(0);
  });

  it("that cannot be recorded names the folder", async () => {
    for (const frame of ["- closed", "0 unclaimed"]) expect(await submitted(login({ submit: (call) => framed(call, frame) }))).toMatchObject({ code: "claim-failed", message: expect.stringContaining("/home/alice/.hpckit/submissions/test") as string });
  });

  it("whose words cannot be passed was not sent", async () => {
    const at = login({ submit: () => { throw new OptionsError("exec", []); } });
    expect(await submitted(at)).toBeInstanceOf(OptionsError);
    expect(at.files.size).toBe(0);
  });

  it("that waits for a job of another cluster is refused before anything is sent", async () => {
    const at = login({ submit: accepts });
    const slurm = await at.connect();
    const foreign = { ...spec, dependency: { afterOk: [{ id: "3", cluster: "far" }] } };
    await expect(slurm.submit(foreign)).rejects.toThrow("dependency.afterOk.0: job 3 is of cluster far");
    await expect(slurm.submitAll([spec, foreign])).rejects.toThrow("[1].dependency.afterOk.0");
    await expect(slurm.submit({ ...spec, walltime: "1h" } as object as typeof spec)).rejects.toThrow("walltime: unknown option; time is meant");
    await expect(slurm.submit(spec, { dryRun: true } as object)).rejects.toThrow("dryRun: unknown option; plan(spec) shows the script and the command, and sends nothing");
    await expect(slurm.submitAll([spec], { dryRun: true } as object)).rejects.toThrow("dryRun: unknown option; planAll(specs) shows");
    expect(count(at, submits)).toBe(0);
  });

  it("with a wrong key is refused before anything is sent", async () => {
    const at = login({ submit: accepts });
    for (const options of [{ key: "" }, { key: "a\nb" }, { key: "x".repeat(201) }, { keys: "a" }]) expect(await submitted(at, options)).toBeInstanceOf(OptionsError);
    expect(count(at, submits)).toBe(0);
  });
});

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

describe("a plan", () => {
  it("has the work folder as it is in the output's pattern", async () => {
    const slurm = await login({ submit: accepts }).connect();
    const plan = await slurm.plan({ ...spec, workFolder: "/home/alice/50%A", output: "logs/%j.out", error: "/err/%j" });
    expect(plan).toMatchObject({ workFolder: "/home/alice/50%A", output: "/home/alice/50%%A/logs/%j.out", error: "/err/%j", argv: expect.arrayContaining(["--chdir=/home/alice/50%A", "--output=/home/alice/50%%A/logs/%j.out"]) as string[] });
    expect(plan.submitScript).toContain("/home/alice/50%A/logs");
  });

  it("shows the scripts and the command, of one and of many, without a secret, and sends nothing", async () => {
    const at = login({ submit: accepts });
    const slurm = await at.connect();
    const plan = await slurm.plan(spec, { key: "daily" });
    expect(plan).toMatchObject({ key: "daily", argv: expect.arrayContaining(["sbatch", expect.stringMatching(`^--comment=${plan.mark}-[\\da-f]{24}$`)]) as string[] });
    expect(plan.submitScript).toContain(plan.script);
    const plans = await slurm.planAll([spec, spec], { key: (_, index) => `k${index}` });
    expect(plans.map(({ key }) => key)).toEqual(["k0", "k1"]);
    expect(plans[0]?.submitScript).toBe(plans[1]?.submitScript);
    expect(plans[0]?.submitScript.match(/^hpckit_ready \d/gm)).toHaveLength(2);
    expect(JSON.stringify(plans.map(({ script, submitScript }) => [script, submitScript]))).not.toContain(canary);
    expect(at.transport.calls).toHaveLength(1);
  });
});
