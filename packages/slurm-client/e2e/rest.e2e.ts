import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compose, OptionsError, parseOptions, secret, systemClock, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testCluster, testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { rangesOf } from "../src/queue/index-ranges.js";
import { probeCluster } from "../src/cluster/probe.js";
import { RestAuthenticationError } from "../src/error/slurm-error.js";
import type { RestContext } from "../src/rest/rest-context.js";
import { controlRestJobs } from "../src/rest/rest-control.js";
import type { RestOptions, RestTokenSource } from "../src/rest/rest-options.js";
import { queryRestQueue } from "../src/rest/rest-queue.js";
import { openRestSession } from "../src/rest/rest-session.js";
import { submitRestJob } from "../src/rest/rest-submit.js";
import { jobSpecSchema } from "../src/spec/job-spec-schema.js";
import type { JobSpecInput } from "../src/spec/job-spec.js";
import { renderSbatch, type PlacedJobSpec } from "../src/submit/sbatch-arguments.js";

const programs = { binFolder: undefined, keepVariables: [], cluster: undefined };
const placed = (input: Omit<JobSpecInput, "launch">): PlacedJobSpec => ({
  ...parseOptions(jobSpecSchema, { launch: compose(["true"]), ...input }, "job spec"),
  workFolder: input.workFolder ?? "/tmp",
  output: input.output ?? "/tmp/rest-%j.out",
});

/** Fields of `scontrol show job` that a submission decides. */
const compared = ["JobName", "Account", "QOS", "Partition", "TimeLimit", "NumNodes", "NumCPUs", "NumTasks", "CPUs/Task", "NtasksPerN:B:S:C", "MinMemoryNode", "MinMemoryCPU", "Features", "TresPerNode", "TresPerJob", "TimeMin", "ReqNodeList", "ExcNodeList", "WCKey", "StdIn", "Prefer", "JobState", "Licenses", "Dependency", "ArrayTaskThrottle", "Nice", "Requeue", "WorkDir", "StdOut", "StdErr", "Comment", "Reservation", "ReqTRES"];

describe.each(testedSeries)("slurmrestd of %s", (series) => {
  let transport: Transport;
  let context: RestContext;
  const connect = async (token: RestTokenSource | undefined, more: Partial<RestOptions> = {}): Promise<RestContext> => {
    const { rest } = await testCluster(series);
    const session = await openRestSession({ address: { host: rest.host, port: rest.port }, token, ...more }, { transport, programs, clock: systemClock });
    return { session, commandLine: { transport, programs, facts: await probeCluster(transport, programs) } };
  };
  beforeAll(async () => {
    transport = await signIn(series);
    context = await connect({ scontrol: {} });
  });
  afterAll(() => transport[Symbol.asyncDispose]());

  const cancel = (id: string): Promise<unknown> => controlRestJobs(context, { kind: "cancel", hurry: false }, [{ id }]);
  const submit = async (input: Omit<JobSpecInput, "launch">): Promise<string> => {
    const reply = await submitRestJob(context, { spec: placed(input), script: "#!/bin/sh\n#SBATCH --partition=nowhere\nexit 3\n", environment: { PATH: "/usr/bin:/bin", ODD: 'a, "b" $c é' } });
    // 22.05 calls it a problem that a job is held.
    expect(reply.problems.filter(({ number }) => number !== 2042)).toEqual([]);
    return reply.id ?? "";
  };
  const show = async (id: string): Promise<Record<string, string>> => {
    const { stdout } = await transport.exec(["scontrol", "show", "job", id], { check: true });
    const found = Object.fromEntries(compared.map((name) => [name, new RegExp(`(?:^|\\s)${name.replace("/", "\\/")}=(.*?)(?=\\s+[\\w:/]+=|$)`, "m").exec(stdout)?.[1] ?? ""]));
    // Only in the names of files: a low id can be a number of anything.
    return JSON.parse(JSON.stringify(found).replaceAll(new RegExp(`-${id}(?!\\d)`, "g"), "-ID")) as Record<string, string>;
  };

  it("is spoken to in the newest version that both know", () => {
    expect(context.session.version.text).toBe({ "22.05": "v0.0.38", "24.11": "v0.0.42", newest: "v0.0.45" }[series]);
  });

  it.each<[string, Omit<JobSpecInput, "launch">]>([
    ["little", { time: "5m", memory: "50M" }],
    ["much", { name: "a b é", comment: 'it\'s "x", y', account: "climate", qos: "normal", partition: "dev", time: "61s", nodes: { min: 1, max: 2 }, ntasks: 4, cpusPerTask: 2, memoryPerCpu: "20M", constraint: "icelake", licenses: ["matlab:2"], nice: 7, requeue: false, error: "/tmp/rest-%j.err" }],
    ["nodes and tasks on each", { nodes: 2, ntasksPerNode: 3, memory: "1G", time: "1h", requeue: true }],
    ["lists of nodes, less time, input and to be held", { nodelist: "c1", timeMin: "2m", memory: "50M", time: "5m", input: "/dev/zero", hold: true, prefer: "icelake", minCpusPerNode: 3, ...(series === "22.05" ? { nodelist: undefined } : { exclude: "c3,c4" }) }],
    ["all memory of a node", { memory: "all", time: "5m" }],
    ["GPUs in all", { gpus: 2, memory: "50M", time: "5m" }],
    ["GPUs", { gpusPerNode: { type: "a100", count: 2 }, memory: "50M", time: "5m" }],
    ["any GPUs on each node", { gpusPerNode: 1, memory: "50M", time: "5m" }],
    ["an array", { array: { tasks: "1-3,7", atOnce: 2 }, memory: "50M", time: "5m" }],
  ])("queues a job that asks for %s as sbatch does", async (_, input) => {
    // Held by a dependency that cannot be met yet: both are looked at before they run.
    const blocker = (await transport.exec(["sbatch", "--parsable", "--hold", "--mem=10M", "--wrap=true"], { check: true })).stdout.trim();
    const spec = { ...input, dependency: { afterAny: [blocker], ...input.dependency } };
    const id = await submit(spec);
    const bySbatch = await transport.exec(renderSbatch(placed(spec)), { stdin: "#!/bin/sh\nexit 3\n", check: true, cwd: "/tmp" });
    const expected = await show(bySbatch.stdout.trim());
    expect(await show(id)).toEqual(expected);
    for (const job of [id, bySbatch.stdout.trim(), blocker]) await cancel(job);
  });

  it("hands the script's environment over as it is, and reads no directives", async () => {
    const id = await submit({ time: "5m", memory: "50M" });
    await expect.poll(async () => (await queryRestQueue(context, [id]))[0]?.state.base, { timeout: 20_000 }).toBe("FAILED");
    expect(await queryRestQueue(context, [id])).toMatchObject([{ exitCode: series === "22.05" ? "768" : "3:0", tasks: undefined }]);
  });

  it("says why there is no job", async () => {
    const reply = await submitRestJob(context, { spec: placed({ partition: "nowhere" }), script: "#!/bin/sh\n", environment: { PATH: "/bin" } });
    expect(reply).toMatchObject({ id: undefined, problems: [{ number: 2000 }] });
    await expect(submitRestJob(context, { spec: placed({ extraArguments: ["--hold"] }), script: "#!/bin/sh\n", environment: { PATH: "/bin" } })).rejects.toThrow(OptionsError);
  });

  it("tells all tasks of a list that it cuts", async () => {
    const tasks = Array.from({ length: 60 }, (_, index) => index * 3 + 1);
    const { stdout } = await transport.exec(["sbatch", "--parsable", "--hold", "--mem=10M", `--array=${tasks.join(",")}`, "--wrap=true"], { check: true });
    expect(await queryRestQueue(context, [stdout.trim()])).toMatchObject([{ jobId: stdout.trim(), tasks: rangesOf(tasks), state: { base: "PENDING" } }]);
    expect(await cancel(stdout.trim())).toEqual([{ kind: "done", refused: [] }]);
  });

  it("knows nothing of a job that there is not, alone or among many", async () => {
    expect(await queryRestQueue(context, ["9999999"])).toEqual([]);
    expect(await queryRestQueue(context, Array.from({ length: 201 }, (_, index) => String(9_000_000 + index)))).toEqual([]);
    expect(await cancel("9999999")).toMatchObject([{ kind: "refused", problem: "not-found" }]);
  });

  it("lets nobody cancel another's job", async () => {
    const { stdout } = await (await testCluster(series)).exec(["sbatch", "--parsable", "--hold", "--mem=10M", "--chdir=/tmp", "--wrap=true"], { as: "bob" });
    expect(await cancel(stdout.trim())).toMatchObject([{ kind: "refused", problem: "permission-denied" }]);
    await (await testCluster(series)).exec(["scancel", stdout.trim()]);
  });

  it("takes a token from a file, and the new one once the old is no longer taken", async () => {
    const { rest } = await testCluster(series);
    const folder = await mkdtemp(join(tmpdir(), "hpckit-token-"));
    const file = join(folder, "token");
    try {
      await writeFile(file, `SLURM_JWT=${await rest.createToken("alice", { lifespanSeconds: 33 })}\n`);
      const rotating = await connect({ file, on: "here" });
      expect(await queryRestQueue(rotating, ["9999999"])).toEqual([]);
      await writeFile(file, await rest.createToken("alice"));
      // Less than half a minute before its end it is not used any more.
      await new Promise((resolve) => setTimeout(resolve, 4000));
      expect(await queryRestQueue(rotating, ["9999999"])).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("asks for another token when the first is refused, and says so when none is taken", async () => {
    const { rest } = await testCluster(series);
    const good = await rest.createToken("alice");
    const forged = `${good.slice(0, -8)}AAAAAAAA`;
    const tokens = [forged, good];
    // 22.05's controller does not say that it is the token.
    if (series !== "22.05") expect(await queryRestQueue(await connect(() => secret(tokens.shift() ?? good)), ["9999999"])).toEqual([]);
    const never = connect(secret(forged)).then((second) => queryRestQueue(second, ["9999999"]));
    const error: unknown = await never.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ retryable: true });
    if (series !== "22.05") expect(error).toBeInstanceOf(RestAuthenticationError);
    expect(JSON.stringify(error) + String(error)).not.toContain(forged.split(".")[1]);
  });

  it("is used without a token where it knows us by its Unix socket", async () => {
    const socketPath = (await transport.exec(["mktemp", "-u", "/tmp/slurmrestd-XXXXXX"], { check: true })).stdout.trim();
    const stop = new AbortController();
    const daemon = transport.exec(["sh", "-c", 'PATH=$PATH:/usr/sbin exec slurmrestd -a rest_auth/local "unix:$1"', "sh", socketPath], { signal: stop.signal }).catch(() => undefined);
    try {
      await transport.exec(["sh", "-c", 'until [ -S "$1" ]; do sleep 0.1; done', "sh", socketPath], { check: true, timeoutMs: 10_000 });
      const local = await connect(undefined, { address: { socketPath } });
      expect(await queryRestQueue(local, ["9999999"])).toEqual([]);
      expect(local.session.version).toEqual(context.session.version);
    } finally {
      stop.abort();
      await daemon;
      await transport.remove(socketPath);
    }
  });
});
