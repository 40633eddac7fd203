import { addingLayer, compose, OptionsError, fragment, secret, setVariable, sh } from "@hpckit/core";
import { expect, it } from "vitest";
import { byTask } from "../step/by-task.js";
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

  it("give each rank its own PMI variables, behind its own shell", async () => {
    const { slurm, folder, options } = under();
    const launch = compose(["sh", "-c", 'echo "$PMI_RANK of $PMI_SIZE $WORD"'], [step({ ntasks: 3, mpi: "pmi2" }), addingLayer("inner", { setup: [setVariable("WORD", "x")] })]);
    const job = await slurm.submit({ partition: options.partition, time: "10m", ntasks: 3, memory: "200M", workFolder: folder, launch });
    expect((await readAll(job.log())).trim().split("\n").sort()).toEqual(["0 of 3 x", "1 of 3 x", "2 of 3 x"]);
  });

  it("with an MPI type that the cluster lacks are refused before anything is queued, with the ones that it has", async () => {
    const { slurm, options } = under();
    const plan = slurm.plan({ partition: options.partition, launch: compose(["true"], [step({ mpi: "pmi-2" })]) });
    await expect(plan).rejects.toThrow(OptionsError);
    await expect(plan).rejects.toThrow('did you mean "pmi2"?');
  });

  it("run other commands in some tasks, each with a file of its own, and several at a time", async () => {
    const { slurm, folder, options, transport } = under();
    const launch = compose(byTask([{ tasks: [0], argv: ["echo", "it's the first"] }, { argv: ["sh", "-c", 'echo "$SLURM_PROCID"'] }]), [
      step({ name: "several", ntasks: 3, output: "several-%j-%t", exact: true, memory: "50M", cpuBinding: "none", distribution: { nodes: "cyclic" }, waitSeconds: 0, killOnBadExit: true }),
    ]);
    const job = await slurm.submit({ partition: options.partition, time: "10m", ntasks: 3, memory: "200M", workFolder: folder, launch });
    expect(await job.done()).toMatchObject({ kind: "completed" });
    const files = await transport.exec(["sh", "-c", 'cd "$1" && cat several-"$2"-0 several-"$2"-1 several-"$2"-2', "sh", folder, job.id], { check: true });
    expect(files.stdout).toBe("it's the first\n1\n2\n");
  });

  it("end all tasks when one fails, where that is asked for", async () => {
    const { slurm, folder, options } = under();
    const launch = compose(byTask([{ tasks: [0], argv: ["sh", "-c", "exit 4"] }, { argv: ["sleep", "300"] }]), [step({ ntasks: 2, killOnBadExit: true })]);
    const job = await slurm.submit({ partition: options.partition, time: "10m", ntasks: 2, memory: "200M", workFolder: folder, launch });
    const outcome = await job.done();
    expect(outcome.kind).toBe("failed");
    expect(outcome.elapsedSeconds).toBeLessThan(100);
  });
}
