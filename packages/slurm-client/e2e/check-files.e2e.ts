import { randomUUID } from "node:crypto";
import { compose, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type CheckFinding, type JobSpecInput, type Slurm } from "../src/index.js";

describe.each(testedSeries)("a check of the files and folders that a job names, on Slurm %s", (series) => {
  const root = `/shared/scratch/check-${randomUUID()}`;
  let login: Transport;
  let slurm: Slurm;

  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
    await login.exec(["sh", "-c", 'mkdir "$1" && cd "$1" && mkdir folder sealed closed && echo text >unreadable && : >sealed/open && : >sealed/shut && chmod 000 unreadable closed && chmod 444 sealed/shut && chmod 555 sealed', "sh", root], { check: true });
  });
  afterAll(async () => {
    await login.exec(["sh", "-c", 'chmod -R u+rwx "$1" && rm -rf "$1"', "sh", root]);
    await login[Symbol.asyncDispose]();
  });

  it.each<[Partial<JobSpecInput>, Pick<CheckFinding, "kind" | "severity" | "field">]>([
    [{ output: "/etc/x.out" }, { kind: "file-unwritable", severity: "never-starts", field: "output" }],
    [{ error: "sealed/%j.err" }, { kind: "file-unwritable", severity: "never-starts", field: "error" }],
    [{ output: "sealed/shut" }, { kind: "file-unwritable", severity: "never-starts", field: "output" }],
    [{ output: "folder" }, { kind: "file-unwritable", severity: "never-starts", field: "output" }],
    [{ input: "nothing" }, { kind: "file-unreadable", severity: "never-starts", field: "input" }],
    [{ input: "unreadable" }, { kind: "file-unreadable", severity: "never-starts", field: "input" }],
    [{ input: "folder" }, { kind: "file-unreadable", severity: "note", field: "input" }],
    [{ workFolder: `${root}/closed`, output: "/dev/null" }, { kind: "folder-closed", severity: "refused", field: "workFolder" }],
    [{ workFolder: `${root}/unreadable`, output: "/dev/null" }, { kind: "folder-missing", severity: "refused", field: "workFolder" }],
    [{ output: "closed/x" }, { kind: "folder-closed", severity: "refused", field: "output" }],
    [{ nodeFile: `${root}/nothing` }, { kind: "file-unreadable", severity: "refused", field: "nodeFile" }],
    [{ burstBufferFile: `${root}/folder` }, { kind: "file-unreadable", severity: "refused", field: "burstBufferFile" }],
  ])("says of %j what becomes of it", async (named, expected) => {
    const spec = { launch: compose(["cat"]), workFolder: root, time: "1m", memory: "20M", ...named } as const;
    expect(await slurm.check(spec)).toMatchObject([expected]);
    const submitted = slurm.submit(spec);
    if (expected.severity === "refused") return expect(submitted).rejects.toMatchObject({ outcome: "not-sent" });
    const outcome = await (await submitted).done();
    if (expected.severity === "note") expect(outcome).toMatchObject({ kind: "failed", exitCode: 1 });
    else expect((await login.exec(["scontrol", "show", "job", (await submitted).id], { check: true })).stdout).toMatch(/JobState=FAILED [^]* ExitCode=0:53/);
  });

  it("finds nothing where files can be read and written", async () => {
    const spec = { launch: compose(["cat"]), workFolder: root, time: "1m", memory: "20M", input: "sealed/shut", output: "sealed/open", error: "/dev/null" } as const;
    expect(await slurm.check(spec)).toEqual([]);
    expect(await (await slurm.submit(spec)).done()).toMatchObject({ kind: "completed" });
  });
});
