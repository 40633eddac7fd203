import { addingLayer, compose, OptionsError, secret, setVariable, sh } from "@hpckit/core";
import { expect, it } from "vitest";
import { renderLease } from "../allocation/lease-script.js";
import type { AllocationSpec } from "../allocation/allocation.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { gate, readAll, submitShell, succeed } from "./shared-jobs.js";

export function allocationTests(under: () => SlurmUnderTest): void {
  const spec = (): AllocationSpec => ({ name: "held", partition: under().options.partition, time: "10m", nodes: 2, ntasks: 4, memory: "300M", workFolder: under().folder });
  const small = { ntasks: 1, nodes: 1, exact: true, memory: "50M" } as const;
  const stepsOf = async (id: string): Promise<string> => (await under().transport.exec(["sh", "-c", 'squeue -h -s -j "$1" -o %j | grep -v batch || true', "sh", id])).stdout;

  it("runs steps, several at a time, and is gone when its scope ends", async () => {
    let held;
    {
      await using nodes = await under().slurm.allocate(spec());
      held = nodes.job;
      const all = await nodes.run(["sh", "-c", 'echo "$SLURM_PROCID"'], { ntasks: 4 });
      expect((await readAll(all)).trim().split("\n").sort()).toEqual(["0", "1", "2", "3"]);
      // Each ends only once the other has begun.
      const meet = (own: string, other: string): string => sh`touch ${`${under().folder}/${own}`}; ${gate(under(), other).wait}`.shell;
      const pair = await Promise.all([nodes.run(["sh", "-c", meet("gate one", "two")], small), nodes.run(["sh", "-c", `${meet("gate two", "one")}; echo $HOME; exit 3`], small)]);
      const [, text] = await Promise.all(pair.map(readAll));
      expect(text).toBe(`${under().slurm.cluster.home}\n`);
      expect(await Promise.all(pair.map(async ({ result }) => (await result).exitCode))).toEqual([0, 3]);
    }
    expect(await held.done()).toMatchObject({ kind: "cancelled", byUid: under().slurm.cluster.uid });
  });

  it("hands input and secrets to a step, and tells its exit code and errors", async () => {
    await using nodes = await under().slurm.allocate(spec());
    const launch = compose(["sh", "-c", 'cat; echo "$TOKEN" | wc -c; echo trouble >&2; exit 7'], [addingLayer("secret", { setup: [setVariable("TOKEN", secret("four"))] })]);
    const run = await nodes.run(launch, { ...small, stdin: "it's $HOME\n" });
    expect(await readAll(run)).toBe("it's $HOME\n5\n");
    expect(await run.result).toMatchObject({ exitCode: 7, stderr: expect.stringContaining("trouble") as string });
  });

  it("leaves no step behind that was aborted, or whose reader went away", async (test) => {
    await using nodes = await under().slurm.allocate(spec());
    const aborted = new AbortController();
    const first = await nodes.run(["sh", "-c", "echo there; sleep 300"], { ...small, signal: aborted.signal });
    const second = await nodes.run(["sh", "-c", "echo there; sleep 300"], small);
    for await (const text of second) if (text.includes("there")) break;
    const reading = (async () => {
      for await (const text of first) if (text.includes("there")) aborted.abort();
    })();
    await expect(reading).rejects.toThrow();
    await test.expect.poll(() => stepsOf(nodes.job.id), { timeout: 120_000, interval: 500 }).toBe("");
    expect(await readAll(await nodes.run(["echo", "still here"], small))).toBe("still here\n");
  });

  it("goes on in another process, from its JSON", async () => {
    const { slurm } = under();
    const nodes = await slurm.allocate(spec());
    await using again = await slurm.allocation(JSON.parse(JSON.stringify(nodes)) as ReturnType<typeof nodes.toJSON>);
    expect(await readAll(await again.run(["echo", "again"], small))).toBe("again\n");
  });

  it("outlasts its lease for as long as its holder renews it", { timeout: 150_000 }, async () => {
    await using nodes = await under().slurm.allocate(spec(), { leaseSeconds: 60 });
    await new Promise((resolve) => setTimeout(resolve, 75_000));
    expect(await readAll(await nodes.run(["echo", "still here"], small))).toBe("still here\n");
  });

  it("ends with its lease, where nobody renews it", async () => {
    const { slurm, folder, options } = under();
    const launch = compose(["/bin/sh", "-c", renderLease(8).shell]);
    const job = await slurm.submit({ partition: options.partition, time: "10m", memory: "50M", workFolder: folder, output: "/dev/null", launch });
    const outcome = await job.done();
    expect(outcome).toMatchObject({ kind: "failed", exitCode: 75 });
    expect(outcome.elapsedSeconds).toBeGreaterThanOrEqual(7);
  });

  it("is given up by an abort while it waits, and refuses what is wrong before anything is queued", async (test) => {
    const { slurm, folder, transport } = under();
    const name = `given-up-${folder.slice(-6)}`;
    const queued = async (): Promise<string> => (await transport.exec(["squeue", "-h", "-n", name, "-o", "%i"], { check: true })).stdout.trim();
    const giveUp = new AbortController();
    const waiting = slurm.allocate({ ...spec(), name, hold: true }, { signal: giveUp.signal }).catch((error: unknown) => error);
    await test.expect.poll(queued, { timeout: 120_000 }).not.toBe("");
    const id = await queued();
    giveUp.abort();
    expect(await waiting).toMatchObject({ code: "aborted" });
    await test.expect.poll(queued, { timeout: 120_000 }).toBe("");
    expect(await slurm.job({ id, cluster: slurm.cluster.name, submittedAtSeconds: 0 }).done()).toMatchObject({ kind: "cancelled" });
    await expect(slurm.allocate(spec(), { leaseSeconds: 5 })).rejects.toThrow(OptionsError);
  });

  it("runs one command on nodes of its own, which are then released", async () => {
    const { slurm } = under();
    const run = await slurm.run({ ...spec(), launch: compose(["sh", "-c", "echo $SLURM_JOB_ID; exit 5"]) }, { ...small });
    expect(await readAll(run)).toBe(`${run.job.id}\n`);
    expect((await run.result).exitCode).toBe(5);
    expect((await run.job.done()).kind).toBe("cancelled");
  });

  it("is refused where its job has ended", async () => {
    const ended = await submitShell(under(), succeed);
    await ended.done();
    await expect(under().slurm.allocation(ended.toJSON())).rejects.toThrow("ended before it could be used");
  });
}
