import { setTimeout as delay } from "node:timers/promises";
import { compose, sh } from "@hpckit/core";
import { connectSlurm, type Job, type JobEvent, type Outcome, type OutcomeKind, type Slurm } from "@hpckit/slurm-client";
import { connectSsh } from "@hpckit/transport";
import { row, type BenchmarkRow } from "../../bench/benchmark.js";
import { downCluster, upCluster, type Cluster, type Series } from "../../cluster/src/index.js";
import { testedSeries } from "../../e2e/clusters.js";
import { loginOptions } from "../../e2e/sign-in.js";

/** How long the controller, and accounting, are away. Longer than the test clusters' MinJobAge of 30 s. */
const controllerDownMs = Number(process.env["HPCKIT_SOAK_DOWN_SECONDS"] ?? 120) * 1000;
const accountingDownMs = 75_000;
/** A controller that is killed within seconds of a submission has not saved it, and forgets the job (24.11, 26.05): that job is lost indeed. */
const savedMs = 15_000;

interface Watched {
  readonly job: Job;
  readonly expected: OutcomeKind;
  readonly runs: number;
  readonly events: JobEvent[];
  outcome?: Outcome;
}

/** Jobs that end before, in and after an outage, well and badly; each writes down that it ran. */
const jobs = (downSeconds: number): readonly { readonly script: string; readonly expected: OutcomeKind; readonly array?: string }[] => [
  { script: "sleep 5", expected: "completed" },
  { script: `sleep ${Math.round(15 + downSeconds / 2)}`, expected: "completed" },
  { script: `sleep ${Math.round(15 + downSeconds / 3)}; exit 3`, expected: "failed" },
  { script: `sleep ${downSeconds + 35}`, expected: "completed" },
  { script: `sleep ${Math.round(15 + downSeconds / 2)}`, expected: "completed", array: "0-3" },
];

const outages: Readonly<Record<string, { readonly downMs: number; readonly run: (cluster: Cluster, downMs: number) => Promise<void> }>> = {
  "slurmctld restarted": { downMs: 15_000, run: (cluster) => away(cluster, "slurmctld", "TERM", 0) },
  "slurmctld killed and away": { downMs: controllerDownMs, run: (cluster, downMs) => away(cluster, "slurmctld", "KILL", downMs) },
  "slurmdbd away": { downMs: accountingDownMs, run: (cluster, downMs) => away(cluster, "slurmdbd", "TERM", downMs) },
};

async function away(cluster: Cluster, daemon: "slurmctld" | "slurmdbd", signal: "TERM" | "KILL", downMs: number): Promise<void> {
  await cluster.stopDaemon(daemon, signal);
  await delay(downMs);
  await cluster.startDaemon(daemon);
}

/** On each version: no job is told to have failed, to be gone or to have run twice, because a daemon was away. */
export async function soakOutages(onRow: (row: BenchmarkRow) => void): Promise<void> {
  await Promise.all(testedSeries.map(async (series) => soakSeries(series, onRow)));
}

async function soakSeries(series: Series, onRow: (row: BenchmarkRow) => void): Promise<void> {
  const cluster = await upCluster(series, { name: `soak-outages-${series.replace(".", "-")}-${process.pid}` });
  try {
    await using login = await connectSsh(loginOptions(cluster));
    const folder = (await login.exec(["mktemp", "-d"], { check: true })).stdout.trim();
    for (const [name, { downMs, run }] of Object.entries(outages)) {
      let troubles = 0;
      const slurm = await connectSlurm(login, { pollIntervalMs: 1000, onTrouble: () => troubles++ });
      const watched = await Promise.all(jobs(downMs / 1000).map(async (job) => submit(slurm, folder, job)));
      await delay(savedMs);
      await run(cluster, downMs);
      await Promise.all(watched.map(async (each) => (each.outcome = await each.job.done())));
      const ran = (await login.exec(["sh", "-c", 'cat -- "$1"/ran-*', "sh", folder], { check: true })).stdout.split("\n");
      const wrong = watched.flatMap((each) => faultsOf(each, ran));
      onRow(row(`${cluster.slurmVersion}, ${name}: looks that failed`, troubles, ""));
      onRow(row(`${cluster.slurmVersion}, ${name}: jobs misreported`, wrong.length, "", 0));
      for (const fault of wrong) console.error(`  ${cluster.slurmVersion}, ${name}: ${fault}`);
    }
  } finally {
    await downCluster(cluster.name);
  }
}

async function submit(slurm: Slurm, folder: string, { script, expected, array }: ReturnType<typeof jobs>[number]): Promise<Watched> {
  const launch = compose(["sh", "-c", sh`echo "$SLURM_JOB_ID" >> ${folder}/ran-"$SLURM_JOB_ID"`.shell + `; ${script}`]);
  const job = await slurm.submit({ partition: "standard", time: "10m", memory: "50M", workFolder: folder, requeue: false, launch, ...(array === undefined ? {} : { array }) });
  const watched: Watched = { job, expected, runs: array === undefined ? 1 : 4, events: [] };
  void collect(watched);
  return watched;
}

async function collect({ job, events }: Watched): Promise<void> {
  for await (const event of job.events()) events.push(event);
}

function faultsOf({ job, expected, runs, events, outcome }: Watched, ran: readonly string[]): readonly string[] {
  const [faults, ids]: [string[], readonly string[]] = [[], [...new Set(ran)]];
  if (outcome?.kind !== expected) faults.push(`job ${job.id} is ${outcome?.kind ?? "open"}, not ${expected}: ${JSON.stringify(outcome?.evidence)}`);
  if (events.some(({ state }) => state === "UNKNOWN")) faults.push(`job ${job.id} was unknown for a while`);
  const gone = events.filter(({ state }) => !["PENDING", "RUNNING"].includes(state));
  if (gone.length > 1) faults.push(`job ${job.id} ended ${gone.length} times: ${gone.map(({ raw }) => raw).join(", ")}`);
  if (runs === 1 && ran.filter((id) => id === job.id).length !== 1) faults.push(`job ${job.id} ran ${ran.filter((id) => id === job.id).length} times`);
  if (ran.length !== ids.length) faults.push("some job ran twice");
  return faults;
}
