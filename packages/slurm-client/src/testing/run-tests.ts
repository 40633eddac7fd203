import { expect, it } from "vitest";
import type { AllocationSpec } from "../allocation/allocation.js";
import { AllocationLostError } from "../error/step-errors.js";
import { byTask } from "../step/by-task.js";
import type { TaskLine } from "../step/task-line.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { readAll } from "./shared-jobs.js";

export function runTests(under: () => SlurmUnderTest): void {
  const spec = (): AllocationSpec => ({ name: "run", partition: under().options.partition, time: "10m", nodes: 2, ntasks: 4, memory: "300M", workFolder: under().folder });
  const small = { ntasks: 1, nodes: 1, exact: true, memory: "50M" } as const;

  it("knows its nodes and the time that is left, until it has ended", async () => {
    const nodes = await under().slurm.allocate(spec());
    const names = (await readAll(await nodes.run(["sh", "-c", 'echo "$SLURMD_NODENAME"'], { nodes: 2, ntasks: 2 }))).trim().split("\n");
    expect(nodes.nodes).toEqual(names.sort());
    const left = await nodes.timeLeftSeconds();
    expect(left).toBeGreaterThan(500);
    expect(left).toBeLessThanOrEqual(600);
    await nodes.release();
    await expect(nodes.timeLeftSeconds()).rejects.toThrow(AllocationLostError);
  });

  it("hands on input and errors of a step as they come", async () => {
    await using nodes = await under().slurm.allocate(spec());
    let hear: (text: string) => void = () => undefined;
    const heard = new Promise<string>((resolve) => (hear = resolve));
    async function* dialogue(): AsyncGenerator<string> {
      yield "one\n";
      yield `${await heard}\n`;
    }
    const step = await nodes.run(["sh", "-c", 'read -r first; echo "heard $first" >&2; read -r second; echo "$second, $(cat | wc -c)"; exit 4'], { ...small, stdin: dialogue(), onStderr: (text) => text.includes("heard") && hear(text.trim()) });
    expect(await readAll(step)).toBe("heard one, 0\n");
    expect(await step.result).toMatchObject({ exitCode: 4, stderr: "" });
  });

  it("tells apart what tasks print, and how each ended", async () => {
    await using nodes = await under().slurm.allocate(spec());
    const command = byTask([
      { tasks: [0], argv: ["sh", "-c", 'echo "0: it\'s"; printf "no end"'] },
      { tasks: [1], argv: ["sh", "-c", "echo 'srun: error: c1: task 0: Exited with exit code 9' >&2; exit 3"] },
      { tasks: [2], argv: ["sh", "-c", "kill -9 $$"] },
      { argv: ["true"] },
    ]);
    const step = await nodes.runTasks({ argv: command, layers: [] }, { ntasks: 4 });
    const lines: TaskLine[] = [];
    for await (const line of step) lines.push(line);
    expect(lines.filter(({ task }) => task === 0)).toEqual(["0: it's", "no end"].map((text) => ({ task: 0, stream: "stdout", text })));
    expect(lines.filter(({ task }) => task === 1)).toEqual([{ task: 1, stream: "stderr", text: "srun: error: c1: task 0: Exited with exit code 9" }]);
    const { tasks, ok, stderr } = await step.result;
    expect(ok).toBe(false);
    expect(tasks.map(({ exit }) => exit)).toEqual([{ kind: "success" }, { kind: "exit-code", exitCode: 3 }, { kind: "signal", signal: "SIGKILL" }, { kind: "success" }]);
    expect(tasks.every(({ node }) => nodes.nodes.includes(node))).toBe(true);
    expect(stderr).toContain("task 2: Killed");
  });

  it("says that the allocation was lost, in a step and afterwards, and does not take a failed step for that", async () => {
    await using nodes = await under().slurm.allocate(spec());
    const failing = await nodes.run(["sh", "-c", "echo 'srun: Job step aborted' >&2; exit 1"], small);
    expect(await failing.result).toMatchObject({ exitCode: 1 });
    const step = await nodes.run(["sh", "-c", "echo there; sleep 300"], small);
    const reading = (async () => {
      for await (const text of step) if (text.includes("there")) await nodes.job.cancel();
    })();
    await expect(reading).rejects.toThrow(AllocationLostError);
    await expect(step.result).rejects.toMatchObject({ code: "allocation-lost", outcome: { kind: "cancelled" } });
    const late = await nodes.run(["true"], small);
    await expect(late.result).rejects.toThrow("has ended: cancelled");
  });
}
