import { addingLayer, compose, expand, fragment, sh, type LaunchLayer, type ShellExpression } from "@hpckit/core";
import { expect, it } from "vitest";
import { AllocationLostError, BroadcastError } from "../error/step-errors.js";
import type { Job } from "../job/job.js";
import { broadcastFile } from "../staging/broadcast-file.js";
import { broadcastStatuses } from "../staging/broadcast-script.js";
import { nodeLocalFolder } from "../staging/node-local-folder.js";
import { step } from "../step/step.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { readAll } from "./shared-jobs.js";

/** @param root - each node has its own. */
export function stagingTests(under: () => SlurmUnderTest, root: string): void {
  const two = { nodes: 2, ntasks: 2, memory: "200M", time: "10m" } as const;
  const run = (script: string, layers: readonly LaunchLayer[]): Promise<Job> =>
    under().slurm.submit({ ...two, partition: under().options.partition, workFolder: under().folder, launch: compose(["sh", "-c", script], layers) });
  const perNode = step({ ntasks: 2, nodes: 2, ntasksPerNode: 1 });
  const local = (per: "job" | "task" = "job"): LaunchLayer => nodeLocalFolder({ root, per });
  const onFirstNode = (script: ShellExpression): LaunchLayer => addingLayer("before", { setup: [fragment(script, { scope: "job" })] });
  async function original(name: string, bytes: number): Promise<{ readonly file: string; readonly digest: string }> {
    const file = `${under().folder}/${name}`;
    const made = await under().transport.exec(["sh", "-c", 'head -c "$2" /dev/urandom >"$1" && chmod 750 "$1" && sha256sum <"$1"', "sh", file, String(bytes)], { check: true });
    return { file, digest: made.stdout.slice(0, 64) };
  }

  it("gives a job a folder under one path on every node's own disk, and takes it away", async () => {
    const job = await run('touch "$SLURM_TMPDIR/$SLURMD_NODENAME"; sleep 1; echo "$(stat -c %a "$SLURM_TMPDIR") $SLURM_TMPDIR $(ls "$SLURM_TMPDIR")=$SLURMD_NODENAME"; exit 3', [local(), perNode]);
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: 3 });
    const lines = (await readAll(job.log())).split("\n").filter((line) => line.startsWith("700 "));
    expect(lines).toHaveLength(2);
    expect(new Set(lines.map((line) => line.split(" ")[1])).size).toBe(1);
    for (const line of lines) expect(line).toMatch(/ (\S+)=\1$/);
    await using nodes = await under().slurm.allocate({ ...two, partition: under().options.partition, workFolder: under().folder });
    expect(await readAll(await nodes.run(["sh", "-c", `ls -d ${root}/hpckit-*-${job.id}-* 2>/dev/null || true`], { ntasks: 2, nodes: 2 }))).toBe("");
  });

  it("takes the folders of tasks away on every node, when their job is cancelled", async () => {
    const mark = `${under().folder}/cancelled`;
    const job = await run(`echo "$SLURM_TMPDIR" >>'${mark.replaceAll("'", "'\\''")}'-$SLURM_PROCID; sleep 300`, [perNode, local("task")]);
    const folders = async (): Promise<string> => (await under().transport.exec(["sh", "-c", 'cat "$1"-*', "sh", mark])).stdout;
    while ((await folders()).split("\n").length < 3) await new Promise((resolve) => setTimeout(resolve, 300));
    await job.cancel();
    await job.done();
    await using nodes = await under().slurm.allocate({ ...two, partition: under().options.partition, workFolder: under().folder });
    expect(await readAll(await nodes.run(["sh", "-c", `ls -d ${root}/hpckit-*-${job.id}-* 2>/dev/null || true`], { ntasks: 2, nodes: 2 }))).toBe("");
  });

  it("has a file on every node before the command starts, in its folder there", async () => {
    const { file, digest } = await original("it's staged", 3_000_000);
    const job = await run('sha256sum <"$SLURM_TMPDIR/in put"; stat -c "mode %a" "$SLURM_TMPDIR/in put"; ls "$SLURM_TMPDIR"', [local(), broadcastFile(file, expand("$SLURM_TMPDIR/in put"), { compress: true }), perNode]);
    expect((await job.done()).kind).toBe("completed");
    const log = await readAll(job.log());
    expect(log.match(new RegExp(digest, "g"))).toHaveLength(2);
    expect(log.match(/mode 750/g)).toHaveLength(2);
    expect(log.match(/^in put$/gm)).toHaveLength(2);
  });

  it("does not start the command where a node has no such folder, or there is no original", async () => {
    const { file } = await original("refused", 1000);
    const [nowhere, nothing] = await Promise.all([run("echo reached", [broadcastFile(file, `${root}/none/x`)]), run("echo reached", [broadcastFile(`${file}-none`, `${root}/x`)])]);
    expect(await nowhere.done()).toMatchObject({ kind: "failed", exitCode: broadcastStatuses.notWhole });
    expect(await nothing.done()).toMatchObject({ kind: "failed", exitCode: broadcastStatuses.noOriginal });
    const log = await readAll(nowhere.log());
    expect(log).toMatch(/REQUEST_FILE_BCAST\(\w+\): No such file or directory/);
    expect(log).toContain("is its folder on each of them");
    const half = await run("echo reached", [onFirstNode(sh`mkdir ${root}/half-"$SLURM_JOB_ID"`), broadcastFile(file, expand(`${root}/half-$SLURM_JOB_ID/x`))]);
    expect(await half.done()).toMatchObject({ kind: "failed", exitCode: broadcastStatuses.notWhole });
    await using nodes = await under().slurm.allocate({ ...two, partition: under().options.partition, workFolder: under().folder });
    expect(await readAll(await nodes.run(["sh", "-c", `ls ${root}/half-${half.id} 2>/dev/null || true; rm -rf ${root}/half-${half.id}`], { ntasks: 2, nodes: 2 }))).toBe("");
    for (const job of [nowhere, nothing]) expect(await readAll(job.log())).not.toContain("reached");
  });

  it("has a file on every node of an allocation, replaces none unasked, and says which node lacks it", async () => {
    const { slurm, options, folder } = under();
    await using nodes = await slurm.allocate({ ...two, partition: options.partition, workFolder: folder });
    const { file, digest } = await original("held", 500_000);
    const to = `${root}/it's ${nodes.job.id}`;
    expect(await nodes.broadcast(file, to)).toEqual({ sizeBytes: 500_000, nodes: nodes.nodes });
    const everywhere = { ntasks: 2, nodes: 2 } as const;
    expect((await readAll(await nodes.run(["sha256sum", to], everywhere))).match(new RegExp(digest, "g"))).toHaveLength(2);
    const [first = "", second = ""] = nodes.nodes;
    const again = await nodes.broadcast(file, to).catch((error: unknown) => error);
    expect(again).toBeInstanceOf(BroadcastError);
    expect((again as BroadcastError).nodes).toEqual({ [first]: expect.stringContaining("is there already") as string, [second]: expect.stringContaining("is there already") as string });
    const other = await original("other", 700);
    expect(await nodes.broadcast(other.file, to, { force: true, preserve: true, verify: "size" })).toMatchObject({ sizeBytes: 700 });
    await expect(nodes.broadcast(file, `${root}/none/x`)).rejects.toMatchObject({ code: "broadcast-failed", nodes: { [first]: "No such file or directory", [second]: "No such file or directory" } });
    await readAll(await nodes.run(["mkdir", `${to}.half`], { ntasks: 1, nodes: 1, nodelist: [first] }));
    await expect(nodes.broadcast(file, `${to}.half/x`)).rejects.toMatchObject({ code: "broadcast-failed", nodes: { [second]: "No such file or directory" } });
    await expect(nodes.broadcast(file, `${to}.half/x`, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
    expect(await readAll(await nodes.run(["sh", "-c", 'ls "$1"; rmdir "$1"', "sh", `${to}.half`], { ntasks: 1, nodes: 1, nodelist: [first] }))).toBe("");
    await expect(nodes.broadcast(`${file}-none`, to)).rejects.toThrow("cannot be read on the login node");
    expect(await readAll(await nodes.run(["sh", "-c", 'ls "$1" | grep -c "$2" || true; rm -f -- "$3"', "sh", root, `it's ${nodes.job.id}.`, to], everywhere))).toBe("0\n0\n");
    await nodes.release();
    await expect(nodes.broadcast(file, to)).rejects.toThrow(AllocationLostError);
  });
}
