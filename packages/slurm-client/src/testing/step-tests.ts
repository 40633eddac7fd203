import { addingLayer, compose, fragment, secret, setVariable, sh } from "@hpckit/core";
import { expect, it } from "vitest";
import { step } from "../step/step.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { readAll } from "./shared-jobs.js";

export function stepTests(under: () => SlurmUnderTest): void {
  it("start every task with the variables and secrets of inner layers, after what runs once per node", async () => {
    const { slurm, folder, options } = under();
    const perNode = addingLayer("per node", { setup: [fragment(sh`echo "node $SLURM_NODEID"`, { scope: "node" })] });
    const inner = addingLayer("inner", { setup: [setVariable("WORD", "it's $HOME"), setVariable("TOKEN", secret("four"))] });
    const launch = compose(["sh", "-c", 'echo "$SLURM_PROCID $WORD $TOKEN cpus=$SLURM_CPUS_PER_TASK"'], [perNode, step({ ntasks: 4, nodes: 2 }), inner]);
    const job = await slurm.submit({ partition: options.partition, time: "10m", nodes: 2, ntasks: 4, cpusPerTask: 2, memory: "200M", gpusPerNode: 1, workFolder: folder, launch });
    const lines = (await readAll(job.log())).trim().split("\n");
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(lines.slice(0, 2).sort()).toEqual(["node 0", "node 1"]);
    expect(lines.slice(2).sort()).toEqual([0, 1, 2, 3].map((rank) => `${rank} it's $HOME four cpus=2`));
  });

  it("that fail on a node, or in a task, end the job with their status", async () => {
    const { slurm, folder, options } = under();
    const spec = { partition: options.partition, time: "10m", nodes: 2, ntasks: 2, memory: "200M", workFolder: folder } as const;
    const failing = addingLayer("failing", { setup: [fragment(sh`[ "$SLURM_NODEID" -eq 0 ] || exit 9`, { scope: "node" })] });
    const [onNode, inTask] = await Promise.all([
      slurm.submit({ ...spec, launch: compose(["echo", "reached"], [failing]) }),
      slurm.submit({ ...spec, launch: compose(["sh", "-c", "exit $((SLURM_PROCID + 5))"], [step({ ntasks: 2 })]) }),
    ]);
    expect(await onNode.done()).toMatchObject({ kind: "failed", exitCode: 9 });
    expect(await readAll(onNode.log())).not.toContain("reached");
    expect(await inTask.done()).toMatchObject({ kind: "failed", exitCode: 6 });
  });
}
