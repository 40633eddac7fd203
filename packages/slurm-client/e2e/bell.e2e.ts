import { compose, systemClock, type ExecOptions, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { createLookout, type Lookout } from "../src/bell/lookout.js";
import { bellFile } from "../src/bell/bell-script.js";
import { connectSlurm, type Slurm } from "../src/index.js";

describe.each(testedSeries)("the bell on Slurm %s", (series) => {
  let login: Transport;
  let slurm: Slurm;
  let stateFolder: string;
  let lookout: Lookout;
  let rings: string[];

  beforeAll(async () => {
    login = await signIn(series);
    stateFolder = (await login.exec(["sh", "-c", 'mktemp -d "$HOME/state-XXXXXX"'], { check: true })).stdout.trim();
    slurm = await connectSlurm(login, { stateFolder, pollIntervalMs: 1000 });
    lookout = createLookout({ transport: login, clock: systemClock, file: bellFile(stateFolder, slurm.cluster.name), onRing: (id) => rings.push(id) });
  });
  beforeEach(() => {
    rings = [];
    lookout.attend();
  });
  afterAll(async () => {
    lookout.end();
    await login.remove(stateFolder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  const submit = (argv: readonly [string, ...string[]], more: object = {}): ReturnType<Slurm["submit"]> =>
    slurm.submit({ name: "bell", time: "5m", memory: "20M", output: "/dev/null", launch: compose(argv), ...more });

  it.each<[string, readonly [string, ...string[]], object]>([
    ["succeeds", ["sleep", "2"], { kind: "completed" }],
    ["fails", ["sh", "-c", "sleep 2; exit 7"], { kind: "failed", exitCode: 7 }],
    ["dies of a signal", ["sh", "-c", "sleep 2; kill -USR1 $$"], { kind: "failed", signal: "SIGUSR1" }],
  ])("is rung twice by a job that %s, whose end is what Slurm says", async (_, argv, outcome) => {
    const job = await submit(argv);
    expect(await job.done()).toMatchObject(outcome);
    await expect.poll(() => rings, { timeout: 10_000 }).toEqual([job.id, job.id]);
  });

  it("is rung by an array's tasks under the array's id", async () => {
    const job = await submit(["sleep", "2"], { array: { tasks: "1-3" } });
    expect(await job.done()).toMatchObject({ kind: "completed" });
    await expect.poll(() => rings.filter((id) => id === job.id).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(new Set(rings)).toEqual(new Set([job.id]));
  });

  it("leaves nothing but itself in the folder, and no process on the login node", async () => {
    await (await submit(["true"])).done();
    const { stdout } = await login.exec(["ls", `${stateFolder}/submissions/${slurm.cluster.name}`], { check: true });
    expect(stdout.split("\n").filter((name) => name.startsWith("bell"))).toEqual(["bell"]);
    lookout.end();
    await expect.poll(async () => (await login.exec(["pgrep", "-f", `${stateFolder}/submissions/.*/bel[l]`])).exitCode, { timeout: 10_000 }).toBe(1);
  });

  it("is left out where nobody wants it", async () => {
    const words: string[] = [];
    const plain: Transport = {
      ...login,
      target: login.target,
      stream: (argv: readonly string[], options?: ExecOptions) => {
        words.push(...argv, String(options?.stdin));
        return login.stream(argv, options);
      },
    };
    const silent = await connectSlurm(plain, { stateFolder, bell: false, pollIntervalMs: 1000 });
    const job = await silent.submit({ name: "silent", time: "5m", memory: "20M", output: "/dev/null", launch: compose(["sleep", "1"]) });
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(words.join("\n")).toContain("sleep 1");
    expect(words.join("\n")).not.toContain("bell");
    expect(rings).toEqual([]);
  });
});
