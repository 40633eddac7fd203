import { findAncestors } from "../association/budget.js";
import type { GroupUse } from "../limit/limit-usage.js";
import type { GroupLimits, JobLimits, SharedLimits } from "../limit/limits.js";
import type { Qos } from "../qos/qos.js";
import type { Tres, TresUse } from "../tres/tres.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import type { CheckedJob } from "./checked-job.js";

/** How a limit holds jobs back. */
export type BoundKind = "budget" | "job-maximum" | "job-minimum" | "running" | "shared" | "submitted";

/** One limit of a QOS or an association, with what is used of it. */
export interface Bound {
  readonly kind: BoundKind;
  /** Slurm's name, e.g. `MaxTRESPerJob`; of a resource, with its name in `resource`. */
  readonly name: string;
  readonly resource?: string | undefined;
  readonly owner: string;
  readonly value: number;
  /** Undefined where it is not known, or does not matter. */
  readonly used?: number | undefined;
  /** Whether sbatch refuses a job that is over it. */
  readonly denies: boolean;
}

/**
 * All limits that hold for a job. What a QOS limits is not limited again by associations, and the partition's QOS goes before the job's
 * unless that says otherwise.
 * @see Resource Limits, Slurm's documentation: "Hierarchy"
 */
export function findBounds(job: CheckedJob, knowledge: CheckKnowledge): readonly Bound[] {
  const seen = new Set<string>();
  const levels = [...qosLevels(job, knowledge).map((qos) => qosBounds(qos, job, knowledge)), associationBounds(job, knowledge)];
  return levels.flatMap((bounds) => {
    const fresh = bounds.filter((bound) => !seen.has(keyOf(bound)));
    for (const bound of fresh) seen.add(keyOf(bound));
    return fresh;
  });
}

const keyOf = ({ name, resource }: Bound): string => `${name}=${resource ?? ""}`;

function qosLevels({ qos: own, partitions }: CheckedJob, { qos: all = [] }: CheckKnowledge): readonly Qos[] {
  const [only, ...others] = partitions;
  const ofPartition = others.length > 0 ? undefined : all.find(({ name }) => name === only?.qos);
  const levels = own?.flags.includes("OverPartQOS") === true ? [own, ofPartition] : [ofPartition, own];
  return [...new Set(levels.filter((level) => level !== undefined))];
}

function qosBounds(qos: Qos, { association }: CheckedJob, { limitUsage, uid }: CheckKnowledge): readonly Bound[] {
  const context = { owner: `QOS ${qos.name}`, denies: qos.deniesOnLimit };
  const use = limitUsage?.qos.find(({ name }) => name === qos.name);
  // Without a record nothing of it is used; without any answer that is not known.
  const none = limitUsage === undefined ? undefined : { tres: {}, jobs: { limit: undefined, used: 0 }, submitJobs: { limit: undefined, used: 0 } };
  return [
    ...jobBounds(qos.perJob, context),
    ...sharedBounds(qos.perUser, use?.users.get(uid) ?? none, { ...context, suffix: "PerUser" }),
    ...sharedBounds(qos.perAccount, use?.accounts.get(association?.account ?? "") ?? none, { ...context, suffix: "PerAccount" }),
    ...groupBounds(qos.group, use, context),
  ];
}

/** What is for one job or user was handed down to the user's association; budgets and groups hold at each level above. */
function associationBounds({ association, partitions }: CheckedJob, { limitUsage, user }: CheckKnowledge): readonly Bound[] {
  if (association === undefined) return [];
  const owner = `account ${association.account}, user ${user}`;
  const own = limitUsage?.associations.find((each) => each.user === user && each.account === association.account && (each.partition === undefined || partitions.some(({ name }) => name === each.partition)) && each.partition === association.partition);
  const above = own === undefined ? [] : findAncestors(limitUsage?.associations ?? [], own);
  return [
    ...jobBounds(association.perJob, { owner, denies: false }),
    ...sharedBounds(association.own, own && { tres: {}, jobs: own.maxJobs ?? own.jobs, submitJobs: own.maxSubmitJobs ?? own.submitJobs }, { owner, denies: false, suffix: "PerUser" }).filter(({ kind }) => kind !== "shared"),
    ...above.flatMap((each) => usedGroupBounds(each, { owner: each.user === undefined ? `account ${each.account}` : owner, denies: false })),
  ];
}

interface BoundContext {
  readonly owner: string;
  readonly denies: boolean;
}

const ofTres = (tres: Tres, make: (resource: string, value: number) => Bound): readonly Bound[] => Object.entries(tres).map(([resource, value]) => make(resource, value));

const jobBounds = ({ maxTres, maxTresPerNode, minTres, maxTresMinutes, maxTimeSeconds }: JobLimits, context: BoundContext): readonly Bound[] => [
  ...(maxTimeSeconds === Infinity ? [] : [{ kind: "job-maximum" as const, name: "MaxWall", value: maxTimeSeconds, ...context }]),
  ...ofTres(maxTres, (resource, value) => ({ kind: "job-maximum", name: "MaxTRESPerJob", resource, value, ...context })),
  ...ofTres(maxTresPerNode, (resource, value) => ({ kind: "job-maximum", name: "MaxTRESPerNode", resource, value, ...context })),
  ...ofTres(maxTresMinutes, (resource, value) => ({ kind: "job-maximum", name: "MaxTRESMinsPerJob", resource, value, ...context })),
  ...ofTres(minTres, (resource, value) => ({ kind: "job-minimum", name: "MinTRESPerJob", resource, value, ...context })),
];

type SharedUse = Pick<GroupUse, "jobs" | "submitJobs"> & { readonly tres: TresUse };

const sharedBounds = ({ maxTres, maxJobs, maxSubmitJobs }: SharedLimits, use: SharedUse | undefined, { suffix, ...context }: BoundContext & { readonly suffix: string }): readonly Bound[] => [
  ...ofTres(maxTres, (resource, value) => ({ kind: "shared", name: `MaxTRES${suffix}`, resource, value, used: use === undefined ? undefined : (use.tres[resource]?.used ?? 0), ...context })),
  ...(maxJobs === Infinity ? [] : [{ kind: "running" as const, name: `MaxJobs${suffix}`, value: maxJobs, used: use?.jobs?.used, ...context }]),
  ...(maxSubmitJobs === Infinity ? [] : [{ kind: "submitted" as const, name: `MaxSubmitJobs${suffix}`, value: maxSubmitJobs, used: use?.submitJobs?.used, ...context }]),
];

const groupBounds = (limits: GroupLimits, use: GroupUse | undefined, context: BoundContext): readonly Bound[] => [
  ...ofTres(limits.maxTres, (resource, value) => ({ kind: "shared", name: "GrpTRES", resource, value, used: use?.tres[resource]?.used, ...context })),
  ...ofTres(limits.maxTresMinutes, (resource, value) => ({ kind: "budget", name: "GrpTRESMins", resource, value, used: use && (use.tresMinutes[resource]?.used ?? 0) + (use.tresRunMinutes[resource]?.used ?? 0), ...context })),
  ...ofTres(limits.maxTresRunMinutes, (resource, value) => ({ kind: "shared", name: "GrpTRESRunMins", resource, value, used: use?.tresRunMinutes[resource]?.used, ...context })),
  ...(limits.maxJobs === Infinity ? [] : [{ kind: "running" as const, name: "GrpJobs", value: limits.maxJobs, used: use?.jobs?.used, ...context }]),
  ...(limits.maxSubmitJobs === Infinity ? [] : [{ kind: "submitted" as const, name: "GrpSubmitJobs", value: limits.maxSubmitJobs, used: use?.submitJobs?.used, ...context }]),
];

/** Of an account above only the controller tells, limits and use together. */
function usedGroupBounds(use: GroupUse, context: BoundContext): readonly Bound[] {
  const limits = (from: TresUse): Tres => Object.fromEntries(Object.entries(from).flatMap(([name, { limit }]) => (limit === undefined ? [] : [[name, limit]])));
  return groupBounds(
    { maxTres: limits(use.tres), maxTresMinutes: limits(use.tresMinutes), maxTresRunMinutes: limits(use.tresRunMinutes), maxJobs: use.jobs?.limit ?? Infinity, maxSubmitJobs: use.submitJobs?.limit ?? Infinity, maxTimeSeconds: Infinity },
    use,
    context,
  );
}
