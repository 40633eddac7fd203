import type { ExceededLimit, ReasonRow } from "./job-reason.js";

const resources: Readonly<Record<string, string>> = {
  Cpu: "cpu",
  CPU: "cpu",
  Mem: "mem",
  Memory: "mem",
  Node: "node",
  Energy: "energy",
  GRES: "gres",
  License: "license",
  BB: "bb",
  Billing: "billing",
  Unknown: "unknown",
};
const resource = `(?<resource>${Object.keys(resources).join("|")})`;

interface Shape {
  readonly pattern: RegExp;
  /** The limit's name; undefined: that of resources. */
  readonly name: string;
  readonly passes: ReasonRow["passesByItself"];
  readonly explanation: string;
}

const tooMuch = "it asks for more than one job may";
const othersEnd = "what is used together is at its bound; it starts when others end, unless it alone is over the bound";
const usedUp = "the budget of used time is spent, or would be by this job";

/**
 * How Slurm composes the words of limits: whose it is, what is bounded, over what.
 * @see Slurm 22.05 to 26.05, `enum job_state_reason` in slurm/slurm.h; sacctmgr(1), limits
 */
const shapes: readonly Shape[] = [
  { pattern: /GrpJobsLimit$/, name: "GrpJobs", passes: "yes", explanation: "as many jobs run together as may" },
  { pattern: /GrpSubmitJobsLimit$/, name: "GrpSubmitJobs", passes: "yes", explanation: "as many jobs are queued together as may" },
  { pattern: /GrpWallLimit$/, name: "GrpWall", passes: "perhaps", explanation: usedUp },
  { pattern: RegExp(`Grp${resource}RunMinutes(?:Limit)?$`), name: "GrpTRESRunMins", passes: "perhaps", explanation: othersEnd },
  { pattern: RegExp(`Grp${resource}Minutes(?:Limit)?$`), name: "GrpTRESMins", passes: "perhaps", explanation: usedUp },
  { pattern: RegExp(`Grp${resource}(?:Limit)?$`), name: "GrpTRES", passes: "perhaps", explanation: othersEnd },
  { pattern: /MaxWallDurationPerJobLimit$/, name: "MaxWall", passes: "no", explanation: "it asks for more time than one job may" },
  { pattern: RegExp(`Max${resource}RunMinsPer(?<per>User|Account)$`), name: "MaxTRESRunMinsPer", passes: "perhaps", explanation: othersEnd },
  { pattern: RegExp(`Max${resource}MinutesPerJob(?:Limit)?$`), name: "MaxTRESMinsPerJob", passes: "no", explanation: "it asks for more, times its time limit, than one job may" },
  { pattern: RegExp(`Max${resource}Per(?<per>Job)(?:Limit)?$`), name: "MaxTRESPer", passes: "no", explanation: tooMuch },
  { pattern: RegExp(`Max${resource}Per(?<per>Node)$`), name: "MaxTRESPer", passes: "no", explanation: "it asks for more on a node than one job may" },
  { pattern: RegExp(`Max${resource}Per(?<per>User|Account)(?:Limit)?$`), name: "MaxTRESPer", passes: "perhaps", explanation: othersEnd },
  { pattern: /MaxJobsPer(?<per>User|Account)(?:Limit)?$/, name: "MaxJobsPer", passes: "yes", explanation: "as many jobs run as may at once" },
  { pattern: /AssocMaxJobsLimit$/, name: "MaxJobs", passes: "yes", explanation: "as many jobs run as may at once" },
  { pattern: /MaxSubmitJobs?Per(?<per>User|Account)(?:Limit)?$/, name: "MaxSubmitJobsPer", passes: "yes", explanation: "as many jobs are queued as may at once" },
  { pattern: /AssocMaxSubmitJobLimit$/, name: "MaxSubmitJobs", passes: "yes", explanation: "as many jobs are queued as may at once" },
  { pattern: RegExp(`QOSMin${resource}(?:NotSatisfied)?$`), name: "MinTRESPerJob", passes: "no", explanation: "it asks for less than a job of the QOS must" },
];

const owners: Readonly<Record<ExceededLimit["of"], string>> = { qos: "QOS", association: "association", partition: "partition", accounting: "QOS or association" };

/** Explains a word of a limit, such as `QOSGrpCpuLimit` or `MaxGRESPerAccount`; undefined for any other. */
export function explainLimit(word: string): ReasonRow | undefined {
  if (!/^(?:QOS|Assoc)?(?:Grp|Max|Min)[A-Z]\w*$/.test(word)) return undefined;
  for (const { pattern, name, passes, explanation } of shapes) {
    const match = pattern.exec(word);
    if (match === null) continue;
    const { resource: bounded, per } = match.groups ?? {};
    // Words without an owner, such as MaxCpuPerAccount, are limits of the QOS.
    const of = word.startsWith("Assoc") ? "association" : "qos";
    const limit = { of, name: associationName(of, `${name}${per ?? ""}`), resource: bounded === undefined ? undefined : resources[bounded] } as const;
    const what = `${limit.name}${limit.resource === undefined ? "" : ` of ${limit.resource}`}`;
    return {
      kind: "limit",
      passesByItself: passes,
      explanation: `a limit of its ${owners[of]} (${what}): ${explanation}`,
      nextStep: passes === "yes" ? undefined : passes === "no" ? `change what it asks for, or use another ${of === "qos" ? "QOS" : "account"}` : `wait, or use another ${of === "qos" ? "QOS" : "account"}`,
      limit,
    };
  }
  return undefined;
}

/** sacctmgr calls a job's limits of an association without `PerJob`. */
const associationName = (of: "qos" | "association", name: string): string => (of === "association" ? name.replace(/PerJob$/, "") : name);
