import { compose, parseOptions, systemClock, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testCluster, testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { parseSlurmVersion, type SlurmVersion } from "../src/cluster/slurm-version.js";
import type { JobSpecInput } from "../src/index.js";
import { openRestSession, type RestSession } from "../src/rest/rest-session.js";
import { describeJob } from "../src/rest/submit/describe-job.js";
import { jobEnvironment, readLoginEnvironment, type LoginEnvironment } from "../src/rest/submit/job-environment.js";
import { submitRestJob } from "../src/rest/submit/submit-job.js";
import { jobSpecSchema } from "../src/spec/job-spec-schema.js";
import { missingIn } from "../src/cluster/release.js";
import { optionRows } from "../src/spec/option/option-table.js";
import { renderSbatch, type PlacedJobSpec } from "../src/submit/sbatch-arguments.js";
import { optionSamples } from "./option-samples.js";

type Sample = Omit<JobSpecInput, "launch">;

/** What differs from one submission to the next. */
const ownFields = /^(?:JobId|ArrayJobId|SubmitTime|EligibleTime|AccrueTime|LastSchedEval|StartTime|EndTime|SLUID|SubmitLine|Scheduler|Priority|Command|AllocNode:Sid)=/;
/** Of the login's process; jobs over slurmrestd have the limits of their node. 22.05's slurmrestd says a name that sbatch leaves to the node. */
const ownVariables = /^SLURM_(?:RLIMIT_\w+|PRIO_PROCESS|CONF|JOB_NAME)=/;

const combinations: readonly [string, Sample][] = [
  ["one of several numbers of nodes", { nodes: [1, 3] }],
  ["several QOS", { qos: ["normal", "low"] }],
  ["a choice of licences", { licenses: { anyOf: ["matlab:2"] } }],
  ["planes of tasks", { distribution: { planeSize: 2 }, ntasks: 4 }],
  ["blocks of tasks", { distribution: { nodes: "block", sockets: "cyclic" } }],
  ["a signal to steps", { warningSignal: { name: "TERM", to: "steps" } }],
  ["a signal before a reservation", { warningSignal: { name: "TERM", to: "batch", secondsBefore: 20, yieldsToReservation: true } }],
  ["all mail", { mailTypes: ["ALL"] }],
  ["each kind of mail", { mailTypes: ["BEGIN", "REQUEUE", "INVALID_DEPEND", "STAGE_OUT", "TIME_LIMIT", "TIME_LIMIT_90", "TIME_LIMIT_50", "ARRAY_TASKS"] }],
  ["to outlive a dependency", { killOnInvalidDependency: false, dependency: { singleton: true } }],
  ["whole nodes", { exclusive: true }],
  ["nodes of one label", { exclusive: "mcs" }],
  ["a segment of its own", { exclusive: "topo" }],
  ["GPUs of any socket", { gresFlags: "disable-binding", gpus: 1 }],
  ["an end by too much memory", { oomKillStep: true }],
  ["the first node", { waitAllNodes: false }],
  ["a low frequency", { cpuFrequency: "low" }],
  ["a governor", { cpuFrequency: { governor: "OnDemand" } }],
  ["two tasks on a GPU", { gpuBinding: { tasksPerResource: 2 }, gpus: 1 }],
  ["memory of a GPU", { gpuFrequency: { memory: "high" }, gpus: 1 }],
  ["a switch", { switches: { count: 1 } }],
  ["no limit", { time: "unlimited", partition: "dev" }],
  ["two kinds of GPUs", { gpus: [{ type: "a100", count: 1 }, { type: "h100", count: 1 }] }],
  ["tasks, their CPUs and the memory of these", { nodes: 2, ntasks: 4, cpusPerTask: 2, memoryPerCpu: "20M" }],
  ["memory for each GPU of a node", { memoryPerGpu: "1G", gpusPerNode: 1 }],
  ["CPUs for each GPU of a node", { cpusPerGpu: 2, gpusPerNode: 2 }],
  ["a GPU and CPUs for each task", { gpusPerTask: { type: "a100", count: 1 }, cpusPerTask: 2, ntasks: 2 }],
  ["from two to three nodes with tasks", { nodes: { min: 2, max: 3 }, ntasks: 4 }],
  ["from two to three nodes with tasks on each", { nodes: { min: 2, max: 3 }, ntasksPerNode: 2 }],
  ["from two to three nodes with CPUs", { nodes: { min: 2, max: 3 }, cpusPerTask: 2 }],
  ["to be queued again", { requeue: true }],
  ["a new file", { openMode: "truncate" }],
  ["much", { name: "a b é", comment: 'it\'s "x", y', account: "climate", qos: "normal", partition: "dev", time: "61s", ntasks: 4, cpusPerTask: 2, memoryPerCpu: "20M", constraint: "icelake", licenses: ["matlab:2"], nice: 7, requeue: false, error: "/tmp/rest-%j.err" }],
];

describe.each(testedSeries)("jobs over slurmrestd of %s", (series) => {
  let login: Transport;
  let session: RestSession;
  let version: SlurmVersion;
  let environment: LoginEnvironment;
  const programs = { binFolder: undefined, keepVariables: [], cluster: undefined };

  beforeAll(async () => {
    login = await signIn(series);
    const { rest, slurmVersion } = await testCluster(series);
    version = parseSlurmVersion(`slurm ${slurmVersion}`) ?? { major: 0, minor: 0, patch: 0, text: "" };
    session = await openRestSession({ address: { host: rest.host, port: rest.port }, token: { scontrol: {} } }, { transport: login, programs, clock: systemClock });
    environment = await readLoginEnvironment({ transport: login, programs });
  });
  afterAll(() => login[Symbol.asyncDispose]());

  /** What the controller keeps of a job, and the variables that it was handed. */
  async function lookAt(id: string): Promise<{ readonly fields: readonly string[]; readonly variables: readonly string[] }> {
    const { stdout } = await login.exec(["scontrol", "show", "job", id], { check: true });
    const kept = await (await testCluster(series)).exec(["sh", "-c", `cat "$(scontrol show config | sed -n 's/^StateSaveLocation *= *//p')"/hash.*/job.${id}/environment | tail -c +5`]);
    const own = new RegExp(`\\b${id}\\b`, "g");
    return {
      fields: stdout.split(/\s+(?=[\w:/]+=)/).map((field) => field.trim().replaceAll(own, "ID")).filter((field) => field !== "" && !ownFields.test(field)).sort(),
      variables: kept.stdout.split("\0").filter((variable) => variable !== "" && !ownVariables.test(variable)).sort(),
    };
  }

  /** Both are held, so that they are looked at before they run. */
  async function compareBoth(sample: Sample): Promise<void> {
    const memory = sample.memoryPerCpu === undefined && sample.memoryPerGpu === undefined ? { memory: "50M" } : {};
    const places = { workFolder: sample.workFolder ?? "/tmp", output: sample.output ?? "/dev/null" };
    const spec: PlacedJobSpec = { ...parseOptions(jobSpecSchema, { launch: compose(["true"]), time: "5m", hold: true, ...memory, ...sample }, "job spec"), ...places };
    const described = describeJob(spec, session.traits);
    if (described.kind === "unsayable") return;
    const script = "#!/bin/sh\ntrue\n";
    const variables = { ...jobEnvironment(environment, { workFolder: spec.workFolder, version }), ...described.variables };
    const bySbatch = await login.exec(["env", "-i", ...Object.entries(environment.variables).map(([name, value]) => `${name}=${value}`), "sh", "-c", 'cd "$1" && unset PWD OLDPWD && shift && exec "$@"', "sh", spec.workFolder, ...renderSbatch(spec)], { stdin: script });
    const { id, problems } = await submitRestJob(session, { description: described.description, script, environment: variables });
    if (!bySbatch.ok) {
      expect({ id, problems: problems.length > 0 }).toEqual({ id: undefined, problems: true });
      return;
    }
    expect({ id, problems: id === undefined ? problems : [] }).toEqual({ id: expect.any(String) as string, problems: [] });
    const jobs = [id ?? "", bySbatch.stdout.trim()];
    try {
      // The scheduler looks at one before the other.
      await expect.poll(async () => lookAt(jobs[0] ?? ""), { timeout: 10_000, interval: 500 }).toEqual(await lookAt(jobs[1] ?? ""));
    } finally {
      await login.exec(["scancel", ...jobs]);
    }
  }

  // A job that is held has no priority.
  it.each(optionRows.filter(([field]) => field !== "priority"))("are those of sbatch by %s, where slurmrestd has words for it", async (field, row) => {
    if (missingIn(row, version) === undefined) await compareBoth(optionSamples[field].spec);
  });

  it.each(combinations)("are those of sbatch that ask for %s", async (_, sample) => {
    const rows = new Map(optionRows);
    const isMissing = Object.entries(parseOptions(jobSpecSchema, { launch: compose(["true"]), ...sample }, "job spec")).some(([field, value]) => {
      const row = rows.get(field as never);
      const since = value === undefined ? undefined : row?.younger?.(value)?.since;
      return value !== undefined && row !== undefined && (missingIn(row, version) !== undefined || (since !== undefined && missingIn({ since }, version) !== undefined));
    });
    if (!isMissing) await compareBoth(sample);
  });
});
