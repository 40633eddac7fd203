import { compose } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import type { CheckFinding, JobSpecInput, Slurm } from "../src/index.js";
import { surroundings, windowHours } from "./site-under-test.js";

/** What became of a job that sbatch was given by hand. */
type Fate = { readonly kind: "refused"; readonly printed: string } | { readonly kind: "waits"; readonly reason: string } | { readonly kind: "started" };

type Case = readonly [Partial<JobSpecInput>, readonly string[], Pick<CheckFinding, "kind" | "severity" | "field">];

const launch = compose(["true"], []);

/** `@` stands for the prefix of the run's own names. Each with the options that ask sbatch for the same. */
const cases: readonly Case[] = [
  [{ partition: "standrad" }, ["--partition=standrad"], { kind: "unknown-partition", severity: "refused", field: "partition" }],
  [{ partition: "@-drain" }, ["--partition=@-drain"], { kind: "partition-down", severity: "refused", field: "partition" }],
  [{ partition: "@-down" }, ["--partition=@-down"], { kind: "partition-down", severity: "will-wait", field: "partition" }],
  [{ partition: "@-closed" }, ["--partition=@-closed"], { kind: "partition-closed", severity: "never-starts", field: "account" }],
  [{ partition: "@-others" }, ["--partition=@-others"], { kind: "partition-closed", severity: "never-starts", field: "partition" }],
  [{ partition: "@-limited", qos: "low" }, ["--partition=@-limited", "--qos=low"], { kind: "partition-closed", severity: "never-starts", field: "qos" }],
  [{ time: "1m", deadline: "2020-01-01T00:00:00Z" }, ["--time=1", "--deadline=2020-01-01"], { kind: "deadline-too-soon", severity: "refused", field: "deadline" }],
  [{ time: "1m", begin: { in: "1h" }, deadline: { in: "10m" } }, ["--time=1", "--begin=now+1hour", "--deadline=now+10minutes"], { kind: "deadline-too-soon", severity: "refused", field: "deadline" }],
  [{ account: "climat", qos: "expres" }, ["--qos=expres"], { kind: "unknown-qos", severity: "refused", field: "qos" }],
  [{ account: "climat" }, ["--account=climat"], { kind: "unknown-account", severity: "refused", field: "account" }],
  [{ account: "hydrology" }, ["--account=hydrology"], { kind: "unknown-account", severity: "refused", field: "account" }],
  [{ qos: "expres" }, ["--qos=expres"], { kind: "unknown-qos", severity: "refused", field: "qos" }],
  [{ partition: "@-limited", time: "2h" }, ["--partition=@-limited", "--time=120"], { kind: "over-limit", severity: "never-starts", field: "time" }],
  [{ partition: "@-limited", nodes: 2 }, ["--partition=@-limited", "--nodes=2"], { kind: "over-limit", severity: "never-starts", field: "nodes" }],
  [{ partition: "@-limited", memory: "4G" }, ["--partition=@-limited", "--mem=4G"], { kind: "over-limit", severity: "never-starts", field: "memory" }],
  [{ partition: "@-limited", cpusPerTask: 17, memory: "1G" }, ["--partition=@-limited", "--cpus-per-task=17", "--mem=1G"], { kind: "over-limit", severity: "never-starts", field: "cpusPerTask" }],
  [{ partition: "dev,@-limited", time: "2h" }, ["--partition=dev,@-limited", "--time=120"], { kind: "over-limit", severity: "never-starts", field: "time" }],
  [{ qos: "@-lax", time: "2h" }, ["--qos=@-lax", "--time=120"], { kind: "over-limit", severity: "never-starts", field: "time" }],
  [{ qos: "@-lax", cpusPerTask: 8 }, ["--qos=@-lax", "--cpus-per-task=8"], { kind: "over-limit", severity: "never-starts", field: "ntasks" }],
  [{ qos: "@-lax", gpus: 3 }, ["--qos=@-lax", "--gpus=3"], { kind: "over-limit", severity: "never-starts", field: "gpus" }],
  [{ qos: "@-tight", cpusPerTask: 8 }, ["--qos=@-tight", "--cpus-per-task=8"], { kind: "over-limit", severity: "refused", field: "ntasks" }],
  [{ qos: "@-tight", cpusPerTask: 1 }, ["--qos=@-tight", "--cpus-per-task=1"], { kind: "under-limit", severity: "refused", field: "ntasks" }],
  [{ qos: "@-tight", cpusPerTask: 2, time: "90m" }, ["--qos=@-tight", "--cpus-per-task=2", "--time=90"], { kind: "over-limit", severity: "refused", field: "time" }],
  [{ account: "@-acct", cpusPerTask: 9 }, ["--account=@-acct", "--cpus-per-task=9"], { kind: "over-limit", severity: "never-starts", field: "ntasks" }],
  [{ account: "@-acct", time: "4h" }, ["--account=@-acct", "--time=240"], { kind: "over-limit", severity: "never-starts", field: "time" }],
  [{ cpusPerTask: 65 }, ["--cpus-per-task=65"], { kind: "too-large", severity: "refused", field: "cpusPerTask" }],
  [{ memory: "300G" }, ["--mem=300G"], { kind: "too-large", severity: "refused", field: "memory" }],
  [{ gpusPerNode: 5 }, ["--gpus-per-node=5"], { kind: "too-large", severity: "refused", field: "gpusPerNode" }],
  [{ gpusPerNode: { type: "h100", count: 1 } }, ["--gpus-per-node=h100:1"], { kind: "too-large", severity: "refused", field: "gpusPerNode" }],
  [{ gpus: 17 }, ["--gpus=17"], { kind: "too-large", severity: "refused", field: "gpus" }],
  [{ gpus: 9, nodes: 2 }, ["--gpus=9", "--nodes=2"], { kind: "too-large", severity: "refused", field: "gpus" }],
  [{ gpusPerTask: 5, ntasks: 1 }, ["--gpus-per-task=5", "--ntasks=1"], { kind: "too-large", severity: "refused", field: "gpusPerTask" }],
  [{ temporaryDisk: "1T" }, ["--tmp=1T"], { kind: "too-large", severity: "refused", field: "temporaryDisk" }],
  [{ minCpusPerNode: 65 }, ["--mincpus=65"], { kind: "too-large", severity: "refused", field: "minCpusPerNode" }],
  [{ ntasksPerNode: 128 }, ["--ntasks-per-node=128"], { kind: "too-large", severity: "refused", field: "ntasksPerNode" }],
  [{ ntasksPerNode: 128, ntasks: 4 }, ["--ntasks-per-node=128", "--ntasks=4"], { kind: "too-large", severity: "refused", field: "ntasksPerNode" }],
  [{ nodelist: "c9" }, ["--nodelist=c9"], { kind: "unknown-node", severity: "refused", field: "nodelist" }],
  [{ exclude: "c[1-3]", nodes: 2 }, ["--exclude=c[1-3]", "--nodes=2"], { kind: "too-few-nodes", severity: "never-starts", field: "nodes" }],
  [{ components: [{ memory: "1G" }, { memory: "300G" }] }, ["--mem=1G", ":", "--mem=300G"], { kind: "too-large", severity: "refused", field: "components.1.memory" }],
  [{ gres: ["fpga:1"] }, ["--gres=fpga:1"], { kind: "too-large", severity: "refused", field: "gres" }],
  [{ nodes: 1, ntasks: 70 }, ["--nodes=1", "--ntasks=70"], { kind: "too-large", severity: "refused", field: "ntasks" }],
  [{ constraint: "icelak" }, ["--constraint=icelak"], { kind: "unknown-feature", severity: "refused", field: "constraint" }],
  [{ constraint: "icelake|icelak" }, ["--constraint=icelake|icelak"], { kind: "unknown-feature", severity: "refused", field: "constraint" }],
  [{ constraint: "icelake", nodes: 3 }, ["--constraint=icelake", "--nodes=3"], { kind: "too-few-nodes", severity: "never-starts", field: "nodes" }],
  [{ nodes: 5 }, ["--nodes=5"], { kind: "over-limit", severity: "never-starts", field: "nodes" }],
  [{ ntasks: 257 }, ["--ntasks=257"], { kind: "too-large", severity: "never-starts", field: "ntasks" }],
  [{ licenses: ["matlap"] }, ["--licenses=matlap"], { kind: "unknown-license", severity: "refused", field: "licenses" }],
  [{ licenses: ["matlab:11"] }, ["--licenses=matlab:11"], { kind: "over-limit", severity: "refused", field: "licenses" }],
  [{ array: "0-5001" }, ["--array=0-5001"], { kind: "array-too-large", severity: "refused", field: "array" }],
  [{ reservation: "nope" }, ["--reservation=nope"], { kind: "unknown-reservation", severity: "refused", field: "reservation" }],
  [{ reservation: "@-maint" }, ["--reservation=@-maint"], { kind: "reservation-closed", severity: "refused", field: "reservation" }],
  [{ reservation: "@-team", time: "20m" }, ["--reservation=@-team", "--time=20"], { kind: "waits-for-reservation", severity: "will-wait", field: "reservation" }],
  [{ nodes: 3, time: "22h" }, ["--nodes=3", "--time=1320"], { kind: "waits-for-reservation", severity: "will-wait", field: "time" }],
];

describe.each(testedSeries)("a check of a job on Slurm %s", (series) => {
  const at = surroundings(series);
  const named = (text: string): string => text.replaceAll("@", at.site.prefix);

  /** Gives sbatch a job by hand, waits for what becomes of it, and ends it. */
  async function findFate(options: readonly string[]): Promise<Fate> {
    const submitted = await at.login.exec(["sbatch", "--parsable", "--output=/dev/null", ...options, "--wrap", "sleep 60"]);
    if (!submitted.ok) return { kind: "refused", printed: submitted.stderr };
    const id = submitted.stdout.trim();
    try {
      // A job whose time is about to be lowered shows PartitionTimeLimit until then, and on 22.05 PartitionConfig first.
      const watch = 'for try in 1 2 3 4 5 6 7 8 9 10 11 12; do look=$(squeue --noheader --jobs="$1" --format="%T %r"); case $look in "PENDING None"|"PENDING Priority"|PENDING\\ Resources) sleep 0.5;; "PENDING PartitionConfig"|"PENDING PartitionTimeLimit") [ "$try" -lt 8 ] || break; sleep 0.5;; *) break;; esac; done; echo "$look"';
      const { stdout } = await at.login.exec(["sh", "-c", watch, "sh", id], { check: true });
      const [, reason] = /^PENDING (.*)$/m.exec(stdout) ?? [];
      return reason === undefined ? { kind: "started" } : { kind: "waits", reason };
    } finally {
      await at.login.exec(["scancel", id]);
    }
  }

  const checked = (spec: Partial<JobSpecInput>): Promise<readonly CheckFinding[]> => at.slurm.check({ launch, ...(JSON.parse(named(JSON.stringify(spec))) as Partial<JobSpecInput>) });

  it.each(cases)("of %j says what sbatch then says of %j", async (spec, options, expected) => {
    const findings = await checked(spec);
    expect(findings).toContainEqual(expect.objectContaining(expected));
    if (expected.kind !== "unknown-partition") expect(findings.filter(({ kind }) => kind === "not-checked")).toEqual([]);
    const fate = await findFate(options.map(named));
    const fates = { refused: ["refused"], "never-starts": ["refused", "waits"], "will-wait": ["waits"], note: [] };
    expect(fates[expected.severity], JSON.stringify({ fate, findings })).toContain(fate.kind);
    if (fate.kind === "waits") expect(fate.reason).toMatch(/Limit|QOSGrp|Partition|reserved|Reservation|not permitted|not in group|DOWN/);
  });

  it.each([
    [{}, []],
    [{ nodes: 2, time: "10m", memory: "100M" }, ["--nodes=2", "--time=10", "--mem=100M"]],
    [{ partition: "@-limited", cpusPerTask: 16, memory: "1G", time: "1h" }, ["--partition=@-limited", "--cpus-per-task=16", "--mem=1G", "--time=60"]],
    [{ partition: "dev", time: "2h", timeMin: "10m" }, ["--partition=dev", "--time=120", "--time-min=10"]],
    [{ partition: "@-closed,dev", time: "5m" }, ["--partition=@-closed,dev", "--time=5"]],
    [{ partition: "@-hidden", time: "5m", nodelist: "c1" }, ["--partition=@-hidden", "--time=5", "--nodelist=c1"]],
    [{ qos: "@-tight", cpusPerTask: 2, time: "20m" }, ["--qos=@-tight", "--cpus-per-task=2", "--time=20"]],
    [{ account: "CLIMATE", constraint: "icelake|skylake", gpus: { type: "a100", count: 5 }, licenses: ["matlab"] }, ["--account=CLIMATE", "--constraint=icelake|skylake", "--gpus=a100:5", "--licenses=matlab"]],
  ])("finds nothing in the way of %j, and sbatch starts %j", async (spec, options) => {
    expect(await checked(spec as Partial<JobSpecInput>)).toEqual([]);
    expect(await findFate(options.map(named))).toEqual({ kind: "started" });
  });

  it("says how short a job must be to run before maintenance, and it then does", async () => {
    const [finding] = await checked({ nodes: 3, time: "22h" });
    expect(finding?.message).toContain(`maintenance: ${at.site.prefix}-maint`);
    const shorter = finding?.limit?.value ?? 0;
    expect(shorter / 3600).toBeGreaterThan(windowHours - 0.2);
    expect(await checked({ nodes: 3, time: { seconds: shorter } })).toEqual([]);
    expect(await findFate(["--nodes=3", `--time=${shorter / 60}`])).toEqual({ kind: "started" });
    expect(await findFate(["--nodes=3", `--time=${shorter / 60 + 5}`])).toMatchObject({ kind: "waits" });
    expect(await checked({ nodes: 2, time: "22h", constraint: "skylake" })).toMatchObject([{ kind: "waits-for-reservation" }]);
    // The scheduler's own estimate agrees: not before the window is over.
    const trial = await at.slurm.inspect.tryStart({ launch, nodes: 3, time: "22h" });
    if (trial.kind === "starts") expect(trial.startsAtSeconds).toBeGreaterThanOrEqual((finding?.earliestStartSeconds ?? Infinity) - 60);
    expect((await at.slurm.inspect.maintenanceWindows()).find(({ reservation }) => reservation === `${at.site.prefix}-maint`)).toMatchObject({ nodes: ["c3", "c4"], endsAtSeconds: finding?.earliestStartSeconds });
  });

  it("counts what is used of limits: a second job waits, a third is refused", async () => {
    const submit = (): ReturnType<Slurm["submit"]> => at.slurm.submit({ launch: compose(["sleep", "60"], []), qos: `${at.site.prefix}-lax`, time: "5m", memory: "50M", output: "/dev/null" });
    const first = await submit();
    await at.login.exec(["sh", "-c", 'for try in 1 2 3 4 5 6 7 8 9 10; do squeue --noheader --jobs="$1" --format=%T | grep -q RUNNING && break; sleep 0.5; done', "sh", first.id]);
    try {
      expect(await checked({ qos: "@-lax", time: "5m" })).toMatchObject([{ kind: "limit-reached", severity: "will-wait", limit: { name: "MaxJobsPerUser", value: 1, used: 1 } }]);
      expect(await findFate([`--qos=${at.site.prefix}-lax`, "--time=5"])).toEqual({ kind: "waits", reason: "QOSMaxJobsPerUserLimit" });
      const second = await submit();
      try {
        expect(await checked({ qos: "@-lax", time: "5m" })).toContainEqual(expect.objectContaining({ kind: "limit-reached", severity: "refused", limit: expect.objectContaining({ name: "MaxSubmitJobsPerUser", value: 2, used: 2 }) as unknown }));
        expect(await findFate([`--qos=${at.site.prefix}-lax`, "--time=5"])).toMatchObject({ kind: "refused", printed: expect.stringContaining("QOSMaxSubmitJobPerUserLimit") as string });
      } finally {
        await second.cancel();
      }
    } finally {
      await first.cancel();
    }
  });

  it("knows a deadline that cannot be kept, and what helps", async () => {
    const late = { time: "10m", memory: "20M", deadline: { in: "2m" } } as const;
    expect(await checked(late)).toMatchObject([{ kind: "deadline-too-soon", severity: series === "22.05" ? "never-starts" : "refused" }]);
    const submitted = await at.login.exec(["sbatch", "--parsable", "--output=/dev/null", "--mem=20M", "--time=10", "--deadline=now+2minutes", "--wrap", "sleep 60"]);
    expect(submitted.ok).toBe(series === "22.05");
    if (submitted.ok) expect(await (await at.slurm.find(submitted.stdout.trim()))?.done()).toMatchObject({ kind: "deadline" });
    expect(await checked({ ...late, timeMin: "1m" })).toEqual([]);
    expect(await findFate(["--mem=20M", "--time=10", "--time-min=1", "--deadline=now+2minutes"])).toEqual({ kind: "started" });
  });

  it("keeps a submission back only by what holds now, and never one whose job is there", async () => {
    const long = { launch: compose(["true"], []), partition: `${at.site.prefix}-limited`, time: "90m", memory: "20M", output: "/dev/null", hold: true } as const;
    const options = { key: `${at.site.prefix}-long` };
    await expect(at.slurm.submit(long, options)).rejects.toMatchObject({ code: "limit-exceeded", limit: "MaxTime" });
    await at.site.setMaxTime("limited", "02:00:00");
    const job = await at.slurm.submit(long, options).finally(() => at.site.setMaxTime("limited", "01:00:00"));
    try {
      expect(await at.slurm.submit(long, options)).toMatchObject({ id: job.id });
      await expect(at.slurm.submit(long)).rejects.toMatchObject({ code: "limit-exceeded" });
    } finally {
      await job.cancel();
    }
    const over = await at.slurm.submit({ ...long, partition: "dev", time: "2h", qos: `${at.site.prefix}-over`, hold: undefined });
    expect(await over.done()).toMatchObject({ kind: "completed" });
    await expect(at.slurm.submit({ ...long, partition: "dev", time: "2h" })).rejects.toMatchObject({ code: "limit-exceeded" });
  });

  it("knows jobs that are depended on, folders that are missing, and budgets", async () => {
    const unknown = await checked({ dependency: { afterOk: ["4294900"] } });
    const fate = await findFate(["--dependency=afterok:4294900"]);
    expect(unknown).toMatchObject([{ kind: "unknown-dependency", severity: series === "22.05" ? "note" : "refused" }]);
    expect(fate.kind).toBe(series === "22.05" ? "started" : "refused");
    const folders = await checked({ workFolder: "/nowhere/it's", output: "logs/%j.out" });
    expect(folders.map(({ kind, message }) => [kind, /folder (.*?): make/.exec(message)?.[1]])).toEqual([["folder-missing", "/nowhere/it's"], ["folder-missing", "/nowhere/it's/logs"]]);
    expect(await checked({ account: "@-acct", cpusPerTask: 8, time: "2h" })).toMatchObject([{ kind: "budget", severity: "note", limit: { name: "GrpTRESMins=cpu", value: 600 } }]);
    expect(await findFate([`--account=${at.site.prefix}-acct`, "--cpus-per-task=8", "--time=120"])).toEqual({ kind: "started" });
    expect((await at.slurm.inspect.budgets()).filter(({ account }) => account === `${at.site.prefix}-acct`)).toMatchObject([{ resource: "cpu", limitMinutes: 600, user: undefined }]);
  });

  it("knows whether a folder that is named after the job will be there", async () => {
    const spec = { time: "1m", memory: "50M", output: `/tmp/${at.site.prefix}-%j/out` } as const;
    const findings = await checked(spec);
    const job = await at.slurm.submit({ launch, ...spec });
    const outcome = await job.done();
    expect(findings.map(({ kind, severity }) => [kind, severity])).toEqual(outcome.kind === "completed" ? [] : [["folder-missing", "never-starts"]]);
    expect(outcome.kind).toBe(series === "22.05" ? "failed" : "completed");
    await at.login.remove(`/tmp/${at.site.prefix}-${job.id}`, { recursive: true });
  });
});
