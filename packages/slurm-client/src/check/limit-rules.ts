import { formatSlurmTime } from "@hpckit/core";
import type { CheckFinding, FindingKind, FindingSeverity } from "./check-finding.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import type { CheckedJob } from "./checked-job.js";
import type { JobDemand } from "./job-demand.js";
import { findBounds, type Bound } from "./limit-bounds.js";

/** Limits of the QOS and of the association that the job would have. */
export function checkLimits(job: CheckedJob, knowledge: CheckKnowledge): readonly CheckFinding[] {
  if (!knowledge.enforces.includes("limits")) return [];
  const safe = knowledge.enforces.includes("safe");
  return findBounds(job, knowledge).flatMap((bound) => checkBound(bound, job.demand, safe) ?? []);
}

function checkBound(bound: Bound, demand: JobDemand, safe: boolean): CheckFinding | undefined {
  const asked = askedOf(bound, demand);
  if (asked === undefined) return undefined;
  const { value, used, denies } = bound;
  const never: FindingSeverity = denies ? "refused" : "never-starts";
  switch (bound.kind) {
    case "job-maximum":
      return asked > value ? makeFinding(bound, asked, "over-limit", never, "ask for less") : undefined;
    case "job-minimum":
      return asked < value ? makeFinding(bound, asked, "under-limit", never, "ask for more, or for another QOS") : undefined;
    case "shared":
      if (asked > value) return makeFinding(bound, asked, "over-limit", never, "ask for less");
      return asked + (used ?? 0) > value ? makeFinding(bound, asked, "limit-reached", "will-wait", "it waits until other jobs have ended") : undefined;
    case "running":
      return (used ?? 0) >= value ? makeFinding(bound, asked, "limit-reached", "will-wait", "it waits until another job has ended") : undefined;
    case "submitted":
      return asked + (used ?? 0) > value ? makeFinding(bound, asked, "limit-reached", "refused", "wait for other jobs to end") : undefined;
    case "budget":
      return checkBudget(bound, asked, { tasks: demand.jobs, safe });
  }
}

/**
 * Only with `safe` Slurm looks ahead; without, a job starts while anything is left, and is ended when nothing is. It looks at each task of an
 * array alone; what all of them may use is worth knowing.
 */
function checkBudget(bound: Bound, asked: number, { tasks, safe }: { readonly tasks: number; readonly safe: boolean }): CheckFinding | undefined {
  const { value, used = 0 } = bound;
  if (used >= value) return makeFinding(bound, asked, "budget", "will-wait", "it is used up: it waits until the usage has decayed, or was reset");
  if (safe && asked > value) return makeFinding(bound, asked, "budget", bound.denies ? "refused" : "never-starts", "ask for less, or for a shorter time");
  if (safe && asked + used > value) return makeFinding(bound, asked, "budget", "will-wait", "ask for less, or wait until the usage has decayed, or was reset");
  if (asked + used > value) return makeFinding(bound, asked, "budget", "note", "it starts, and may be ended before its time: ask for a shorter one, or save its state");
  if (asked * tasks + used <= value) return undefined;
  const next = safe ? "what is over it waits" : "what is over it may be ended before its time";
  return makeFinding(bound, asked * tasks, "budget", "note", `${Math.max(0, value - used)} are left for its ${tasks} tasks: if they run to their time limit, ${next}`);
}

/** What the job asks of it; undefined where it does not say, or not of this. */
function askedOf({ kind, name, resource }: Bound, demand: JobDemand): number | undefined {
  if (kind === "running" || kind === "submitted") return demand.jobs;
  if (resource === undefined) return demand.timeSeconds;
  const amount = name === "MaxTRESPerNode" ? demand.tresPerNode[resource] : demand.tres[resource];
  // What is not asked for is none of a licence or of GPUs, and unknown of memory.
  const known = kind === "job-minimum" && resource !== "mem" ? (amount ?? 0) : amount;
  if (known === undefined || !name.includes('Mins')) return known;
  return demand.timeSeconds === undefined ? undefined : (known * demand.timeSeconds) / 60;
}

function makeFinding(bound: Bound, asked: number, kind: FindingKind, severity: FindingSeverity, next: string): CheckFinding {
  const { name, resource, owner, value, used } = bound;
  const limitName = resource === undefined ? name : `${name}=${resource}`;
  const show = (amount: number): string => (name === "MaxWall" ? formatSlurmTime({ seconds: amount }) : String(Math.round(amount * 100) / 100));
  const use = used === undefined || bound.kind === "job-maximum" ? "" : `, of which ${show(used)} are used`;
  return {
    kind,
    severity,
    field: fieldOf(bound),
    message: `${owner} ${bound.kind === "job-minimum" ? "wants at least" : "allows"} ${limitName} ${show(value)}${use}; the job asks for ${show(asked)}: ${next}`,
    limit: { name: limitName, value, used, owner },
  };
}

const fields: Readonly<Record<string, string>> = { cpu: "ntasks", mem: "memory", node: "nodes" };

function fieldOf({ name, resource }: Bound): string {
  if (name === "MaxWall" || name.includes('Mins')) return "time";
  if (resource === undefined) return "qos";
  if (resource.startsWith("gres/gpu")) return "gpus";
  if (resource.startsWith("gres/")) return "gres";
  return resource.startsWith("license/") ? "licenses" : (fields[resource] ?? "qos");
}
