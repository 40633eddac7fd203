import { randomUUID } from "node:crypto";
import { addingLayer, secret, setVariable, sh, type LaunchLayer } from "@hpckit/core";
import { expect, it } from "vitest";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { gate, readAll, seen, submitShell } from "./shared-jobs.js";

const withSecret = (value: string): LaunchLayer => addingLayer("secret", { setup: [setVariable("TOKEN", secret(value))] });

export function secretTests(under: () => SlurmUnderTest): void {
  it("reach the job, and are seen nowhere else; afterwards their file is gone", async () => {
    const { transport, slurm } = under();
    const canary = `canary-${randomUUID()}`;
    const { wait, open } = gate(under(), "secret");
    const job = await submitShell(under(), sh`echo "$TOKEN" | wc -c; ${wait}`, { layers: [withSecret(canary)], comment: "secrets" });
    const { secretsFile = "" } = job.toJSON();
    expect(await transport.stat(secretsFile)).toMatchObject({ mode: 0o600 });
    expect(await transport.stat(secretsFile.slice(0, secretsFile.lastIndexOf("/")))).toMatchObject({ mode: 0o700 });
    await seen(job, "RUNNING");
    const shown = await transport.exec([
      "sh",
      "-c",
      `ps axww; scontrol show job "$1"; scontrol write batch_script "$1" -; sacct --format=ALL --parsable2 -j "$1"; sacct -B -j "$1"; sacct --env-vars -j "$1"`,
      "sh",
      job.id,
    ]);
    expect(shown.stdout).toContain("TOKEN");
    expect(shown.stdout).toContain(secretsFile.slice(secretsFile.lastIndexOf("/")));
    expect(shown.stdout + shown.stderr).not.toContain(canary);
    expect(JSON.stringify(job)).not.toContain(canary);
    await open();
    expect((await job.done()).kind).toBe("completed");
    expect((await readAll(job.log())).trim()).toBe(String(canary.length + 1));
    expect(await transport.stat(secretsFile)).toBeUndefined();
    // An end that was seen by another handle leaves nothing to remove.
    expect((await slurm.job(job.toJSON()).done()).kind).toBe("completed");
  });

  it("are removed when the job is refused, or cancelled while it waits", async () => {
    const { transport, folder } = under();
    const canary = `canary-${randomUUID()}`;
    const refused: unknown = await submitShell(under(), sh`true`, { layers: [withSecret(canary)], qos: "no-such-qos" }).catch((error: unknown) => error);
    expect(`${String(refused)} ${JSON.stringify(refused)}`).not.toContain(canary);
    const job = await submitShell(under(), sh`true`, { layers: [withSecret(canary)], hold: true });
    await job.cancel();
    await job.done();
    const { exitCode } = await transport.exec(["grep", "-rq", canary, folder]);
    expect(exitCode).toBe(1);
  });

  it("that are not there end the job with a message", async () => {
    const { transport } = under();
    const job = await submitShell(under(), sh`echo reached`, { layers: [withSecret("x")], hold: true });
    await transport.remove(job.toJSON().secretsFile ?? "");
    await transport.exec(["scontrol", "release", job.id], { check: true });
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: 78 });
    const log = await readAll(job.log());
    expect(log).toContain("secrets are not readable at");
    expect(log).not.toContain("reached");
  });
}
