import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compose, secret, systemClock, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testCluster, testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { rangesOf } from "../src/queue/index-ranges.js";
import { connectSlurm } from "../src/index.js";
import { probeCluster } from "../src/cluster/probe.js";
import { RestAuthenticationError } from "../src/error/slurm-error.js";
import type { RestContext } from "../src/rest/rest-context.js";
import { controlRestJobs } from "../src/rest/rest-control.js";
import type { RestOptions, RestTokenSource } from "../src/rest/rest-options.js";
import { queryRestQueue } from "../src/rest/rest-queue.js";
import { openRestSession } from "../src/rest/rest-session.js";
import { submitRestJob, type RestSubmitReply } from "../src/rest/submit/submit-job.js";

const programs = { binFolder: undefined, keepVariables: [], cluster: undefined };
describe.each(testedSeries)("slurmrestd of %s", (series) => {
  let transport: Transport;
  let context: RestContext;
  const connect = async (token: RestTokenSource | undefined, more: Partial<RestOptions> = {}): Promise<RestContext> => {
    const { rest } = await testCluster(series);
    const session = await openRestSession({ address: { host: rest.host, port: rest.port }, token, ...more }, { transport, programs, clock: systemClock });
    return { session, commandLine: { transport, programs, facts: await probeCluster(transport, programs) }, clock: systemClock };
  };
  beforeAll(async () => {
    transport = await signIn(series);
    context = await connect({ scontrol: {} });
  });
  afterAll(() => transport[Symbol.asyncDispose]());

  const cancel = (id: string): Promise<unknown> => controlRestJobs(context, { kind: "cancel", hurry: false }, [{ id }]);
  /** Queues a job that ends with 3, with nothing else than slurmrestd. */
  const submit = async (description: object): Promise<RestSubmitReply> => {
    const memory = context.session.traits.wrapped ? { memory_per_node: { set: true, number: 50 } } : { memory_per_node: 50 };
    return submitRestJob(context.session, {
      description: { name: "x", current_working_directory: "/tmp", standard_output: "/dev/null", ...memory, ...description },
      script: "#!/bin/sh\n#SBATCH --partition=nowhere\n[ \"$ODD\" = 'a, \"b\" $c é' ] && exit 3\n",
      environment: { PATH: "/usr/bin:/bin", ODD: 'a, "b" $c é' },
    });
  };

  it("is spoken to in the newest version that both know", () => {
    expect(context.session.version.text).toBe({ "22.05": "v0.0.38", "24.11": "v0.0.42", newest: "v0.0.45" }[series]);
  });

  it("is told of by the connection: its version, and which way an order goes", async () => {
    const { rest } = await testCluster(series);
    const programsRun: string[] = [];
    const watched: Transport = {
      ...transport,
      batch: (commands, options) => {
        for (const argv of commands) programsRun.push(...argv);
        return transport.batch(commands, options);
      },
    };
    const slurm = await connectSlurm(watched, { rest: { address: { host: rest.host, port: rest.port }, token: { scontrol: {} } } });
    expect(slurm.cluster.rest).toMatchObject({ version: context.session.version.text, user: "alice", ways: { queue: { kind: "rest" }, cancel: { kind: series === "22.05" ? "command-line" : "rest" }, hold: { kind: "command-line" } } });
    expect((await connectSlurm(transport)).cluster.rest).toBeUndefined();
    const job = await slurm.submit({ time: "5m", memory: "20M", output: "/dev/null", begin: { in: "1h" }, launch: compose(["true"]) });
    await job.hold().finally(() => job.cancel());
    expect(programsRun).toContain("uhold");
    expect(programsRun.includes("scancel")).toBe(slurm.cluster.rest?.ways.cancel.kind === "command-line");
  });

  it("hands the script's environment over as it is, and reads no directives", async () => {
    const { id = "" } = await submit({});
    await expect.poll(async () => (await queryRestQueue(context, [id]))[0]?.state.base, { timeout: 20_000 }).toBe("FAILED");
    expect(await queryRestQueue(context, [id])).toMatchObject([{ exitCode: series === "22.05" ? "768" : "3:0", tasks: undefined }]);
  });

  it("says why there is no job", async () => {
    expect(await submit({ partition: "nowhere" })).toMatchObject({ id: undefined, problems: [{ number: 2000 }] });
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
      await writeFile(file, `SLURM_JWT=${await rest.createToken("alice", { lifespanSeconds: 33 })}\n`, { mode: 0o600 });
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

  it("goes on with a job while its token's file is renewed, and says when a token has ended", async () => {
    const { rest } = await testCluster(series);
    const folder = await mkdtemp(join(tmpdir(), "hpckit-token-"));
    const file = join(folder, "token");
    try {
      await writeFile(file, await rest.createToken("alice", { lifespanSeconds: 33 }), { mode: 0o600 });
      const slurm = await connectSlurm(transport, { pollIntervalMs: 1000, rest: { address: { host: rest.host, port: rest.port }, token: { file, on: "here" } } });
      const job = await slurm.submit({ time: "5m", memory: "20M", output: "/dev/null", launch: compose(["sleep", "8"]) });
      await writeFile(file, await rest.createToken("alice"));
      expect((await job.done()).kind).toBe("completed");
      expect((await (await slurm.submit({ time: "5m", memory: "20M", output: "/dev/null", launch: compose(["true"]) })).done()).kind).toBe("completed");
    } finally {
      await rm(folder, { recursive: true });
    }
    const ended = secret(await rest.createToken("alice", { lifespanSeconds: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const error: unknown = await connect(ended).then((second) => queryRestQueue(second, ["9999999"])).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "rest-authentication-failed", message: expect.stringMatching(/has ended .*renew it/) as string });
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
