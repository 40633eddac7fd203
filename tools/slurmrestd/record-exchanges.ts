import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster/src/index.js";
import { accountingJob, queueJob, type RecordedVersion } from "./versions.js";

/** A request to a real slurmrestd, and what it answered. Jobs are cut to what is read of them, and `user_name` beside. */
interface Exchange {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface RecordedExchanges {
  readonly slurm: string;
  readonly version: string;
  /** Ids of the jobs, by what became of them. */
  readonly jobs: Readonly<Record<string, string>>;
  readonly exchanges: readonly Exchange[];
}

const primes = "1-2,5,7,11,13,17,19,23,29,31,37,41,43,47,53,59,61,67,71,73,79,83,89,97";
const scenarios: Readonly<Record<string, readonly string[]>> = {
  completed: ["--wrap=true"],
  exit3: ["--wrap=exit 3"],
  exit200: ["--wrap=exit 200"],
  killed: ["--wrap=kill -9 $$; sleep 9"],
  running: ["--nodes=2", "--wrap=sleep 600"],
  runningArray: ["--array=0-3,7%2", "--wrap=sleep 600"],
  heldArray: ["--hold", `--array=${primes}`, "--wrap=true"],
  het: ["--ntasks=1", ":", "--ntasks=2", "--mem=20M", "--wrap=sleep 600"],
  cancelled: ["--hold", '--comment=a "b" é', "--wrap=true"],
};

/** Asks all that the client asks, of jobs that it makes. The controller is stopped for a while: take a cluster of your own. */
export async function recordExchanges(cluster: Cluster, { version }: RecordedVersion): Promise<RecordedExchanges> {
  const exchanges: Exchange[] = [];
  const token = await cluster.rest.createToken("alice");
  async function ask(what: string, path: string, { method = "GET", body, headers }: { method?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<void> {
    const response = await fetch(`http://${cluster.rest.host}:${cluster.rest.port}/${path}`, {
      method,
      headers: { "X-SLURM-USER-NAME": "alice", "X-SLURM-USER-TOKEN": token, ...(body !== undefined && { "Content-Type": "application/json" }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    exchanges.push({ what, method, path, status: response.status, contentType: response.headers.get("content-type") ?? "", body: trim(await response.text()) });
  }
  const isOld = version === "v0.0.38";
  const slurm = `slurm/${version}`;
  const steps = (ids: readonly string[]): string => (isOld ? `step=${ids.join("%2C")}` : ids.map((id) => `step=${id}`).join("&"));
  const describe = (job: object): object =>
    isOld
      ? { job: { environment: { PATH: "/bin" }, current_working_directory: "/tmp", ...job }, script: "#!/bin/sh\ntrue\n" }
      : { job: { environment: ["PATH=/bin"], current_working_directory: "/tmp", script: "#!/bin/sh\ntrue\n", ...job } };

  const jobs = Object.fromEntries(await Promise.all(Object.entries(scenarios).map(async ([name, argv]) => {
    const { stdout } = await cluster.exec(["sbatch", "--parsable", "--mem=20M", "--time=5", "--chdir=/tmp", ...argv], { as: "alice" });
    return [name, stdout.trim()] as const;
  })));
  await cluster.exec(["scancel", String(jobs["cancelled"])], { as: "alice" });
  await sleep(6000);
  const ids = Object.values(jobs);
  await ask("ping", `${slurm}/ping`);
  for (const [name, id] of Object.entries(jobs)) await ask(`queue of ${name}`, `${slurm}/job/${id}${isOld ? "" : "?flags=ALL"}`);
  await ask("queue of all", `${slurm}/jobs${isOld ? "" : "?flags=ALL"}`);
  await ask("queue of an unknown job", `${slurm}/job/9999999`);
  if (!isOld) await ask("states of the held array", `${slurm}/jobs/state?job_id=${String(jobs["heldArray"])}`);
  await ask("accounting of all", `slurmdb/${version}/jobs?${steps(ids)}&skip_steps=true`);
  await ask("accounting of an unknown job", `slurmdb/${version}/jobs?${steps(["9999999"])}&skip_steps=true`);
  await ask("cancel an unknown job", `${slurm}/job/9999999`, { method: "DELETE" });
  await ask("cancel a job", `${slurm}/job/${String(jobs["running"])}`, { method: "DELETE" });
  await ask("submit", `${slurm}/job/submit`, { method: "POST", body: describe({ comment: "x" }) });
  await ask("submit to an unknown partition", `${slurm}/job/submit`, { method: "POST", body: describe({ partition: "nowhere" }) });
  await ask("submit, held", `${slurm}/job/submit`, { method: "POST", body: describe({ hold: true }) });
  await ask("no token", `${slurm}/jobs`, { headers: { "X-SLURM-USER-TOKEN": "" } });
  await ask("a bad token", `${slurm}/jobs`, { headers: { "X-SLURM-USER-TOKEN": "bad.bad.bad" } });
  await ask("a bad token for accounting", `slurmdb/${version}/jobs?${steps(ids)}`, { headers: { "X-SLURM-USER-TOKEN": "bad.bad.bad" } });
  await ask("a version that it does not speak", "slurm/v0.0.99/ping");

  await cluster.exec(["pkill", "-KILL", "slurmctld"]);
  await ask("queue of all, without the controller", `${slurm}/jobs`);
  await ask("queue of one, without the controller", `${slurm}/job/${String(jobs["exit3"])}`);
  await ask("cancel, without the controller", `${slurm}/job/${String(jobs["runningArray"])}`, { method: "DELETE" });
  await cluster.exec(["slurmctld"]);
  await cluster.exec(["pkill", "-KILL", "slurmdbd"]);
  await ask("accounting, without its daemon", `slurmdb/${version}/jobs?${steps(ids)}`);
  await cluster.exec(["slurmdbd"]);
  await cluster.exec(["scancel", "--user=alice"]);
  return { slurm: cluster.slurmVersion, version, jobs, exchanges };
}

const kept = new Set([...queueJob, ...accountingJob, "user_name"]);

/** A job has 130 fields: those that are read stay. */
function trim(body: string): string {
  try {
    const answer = JSON.parse(body) as Record<string, unknown>;
    if (!Array.isArray(answer["jobs"])) return JSON.stringify(answer);
    const jobs = (answer["jobs"] as Record<string, unknown>[]).map((job) => ("submit_time" in job || "time" in job ? Object.fromEntries(Object.entries(job).filter(([key]) => kept.has(key))) : job));
    return JSON.stringify({ ...answer, jobs });
  } catch {
    return body;
  }
}
