import { formatSlurmTime } from "@hpckit/core";
import { isSince } from "../cluster/release.js";
import type { Moment } from "../spec/moment.js";
import type { CheckFinding } from "./check-finding.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import { timeOf, type CheckedJob } from "./checked-job.js";

/** When a job may start, and before whom. */
export const checkSchedule = (job: CheckedJob, knowledge: CheckKnowledge): readonly CheckFinding[] => [...checkDeadline(job, knowledge), ...checkNice(job, knowledge)];

/** 22.05 takes a job that cannot end in time, and drops it; later ones refuse it, also for the partition's default time. */
function checkDeadline(job: CheckedJob, { nowSeconds, version }: CheckKnowledge): readonly CheckFinding[] {
  const { deadline, begin } = job.spec;
  if (deadline === undefined) return [];
  const atSeconds = (moment: Moment): number => ("epochSeconds" in moment ? moment.epochSeconds : nowSeconds + moment.secondsFromNow);
  const left = atSeconds(deadline) - nowSeconds;
  const wait = begin === undefined ? 0 : Math.max(0, atSeconds(begin) - nowSeconds);
  const finding = { kind: "deadline-too-soon", field: "deadline" } as const;
  if (left <= 0) return [{ ...finding, severity: "refused", message: "the deadline has passed" }];
  if (left < wait) return [{ ...finding, severity: "refused", message: `the deadline comes ${formatSlurmTime({ seconds: wait - left })} before the job may begin` }];
  const isDropped = !isSince("23.02", version);
  if (isDropped && job.demand.leastTimeSeconds === undefined) return [];
  const needed = timeOf(job);
  if (!Number.isFinite(needed) || wait + needed <= left) return [];
  return [{ ...finding, severity: isDropped ? "never-starts" : "refused", message: `${formatSlurmTime({ seconds: left - wait })} are left for a job of ${formatSlurmTime({ seconds: needed })}; ask for a shorter time, or give a timeMin` }];
}

/** Who is an operator is not asked. */
function checkNice({ spec: { nice = 0 } }: CheckedJob, { uid }: CheckKnowledge): readonly CheckFinding[] {
  if (nice >= 0 || uid === 0) return [];
  return [{ kind: "operators-only", severity: "note", field: "nice", message: `nice ${nice}: sbatch refuses it unless this account is an operator's or an administrator's` }];
}
