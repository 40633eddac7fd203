import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { compose, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testCluster, testedSeries } from "../../../tools/e2e/clusters.js";
import { loginOptions, signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, step, type JobReference, type Slurm } from "../src/index.js";

describe.each(testedSeries)("clients that are killed: %s", (series) => {
  let login: Transport;
  let slurm: Slurm;
  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
  });
  afterAll(() => login[Symbol.asyncDispose]());

  /** Starts a client in a process of its own, which says the job that it is about. */
  async function startClient(file: string, ...more: readonly string[]): Promise<{ readonly client: ChildProcess; readonly ended: Promise<unknown[]>; readonly reference: JobReference }> {
    const options = JSON.stringify(loginOptions(await testCluster(series)));
    const client = spawn(process.execPath, ["--conditions=@hpckit/source", "--import", "tsx", fileURLToPath(new URL(file, import.meta.url)), options, ...more], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(client, "exit");
    const [line] = (await Promise.race([once(createInterface(client.stdout), "line"), ended])) as [unknown];
    if (typeof line !== "string") throw new Error(`the client ended by itself, with ${String(line)}`);
    return { client, ended, reference: JSON.parse(line) as JobReference };
  }
  /** Kills it once it has said so. */
  async function killedClient(file: string, ...more: readonly string[]): Promise<JobReference> {
    const { client, ended, reference } = await startClient(file, ...more);
    client.kill("SIGKILL");
    await ended;
    return reference;
  }
  const stepsOf = async (id: string): Promise<string> => (await login.exec(["sh", "-c", 'squeue -h -s -j "$1" -o %j | grep -v batch || true', "sh", id])).stdout;

  it.concurrent("leave no step behind, and their nodes until the lease is over", async () => {
    const reference = await killedClient("clients/holder.ts");
    const killedAt = performance.now();
    while ((await stepsOf(reference.id)) !== "") await sleep(300);
    expect(performance.now() - killedAt).toBeLessThan(20_000);
    expect(await slurm.job(reference).done()).toMatchObject({ kind: "failed", exitCode: 75 });
    expect(performance.now() - killedAt).toBeLessThan(90_000);
    expect((await login.exec(["sh", "-c", "ps -u alice -o args | grep -c '[s]run --jobid='$1", "sh", reference.id])).stdout.trim()).toBe("0");
  });

  it.concurrent("need not be killed where they have closed their connection, and still hold nodes", async () => {
    const { client, ended, reference } = await startClient("clients/leaver.ts");
    // Its first renewal is due after 100 seconds.
    const late = setTimeout(() => client.kill("SIGKILL"), 60_000);
    try {
      expect(await ended).toEqual([0, null]);
    } finally {
      clearTimeout(late);
      await slurm.job(reference).cancel();
    }
  });

  it.concurrent("leave the step that they were attached to as it was", async () => {
    const job = await slurm.submit({ partition: "standard", time: "10m", ntasks: 2, memory: "100M", launch: compose(["sh", "-c", "i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); sleep 0.5; done"], [step({ ntasks: 2 })]) });
    await killedClient("clients/onlooker.ts", JSON.stringify(job));
    expect(await job.done()).toMatchObject({ kind: "completed" });
    let log = "";
    for await (const text of job.log()) log += text;
    expect(log.match(/line 39/g)).toHaveLength(2);
  });
});
