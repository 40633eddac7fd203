import type { Question } from "../backend/question.js";
import type { Row } from "../cluster/piped-rows.js";
import { readDuration, readList, readNumber, readWord } from "../cluster/slurm-values.js";
import { readGroupLimits, readJobLimits, readSharedLimits, type GroupLimits, type JobLimits, type SharedLimits } from "../limit/limits.js";
import { sacctmgrQuestion } from "../limit/sacctmgr-question.js";

/**
 * A quality of service: a priority, and limits.
 * @see sacctmgr(1), SPECIFICATIONS FOR QOS
 */
export interface Qos {
  readonly name: string;
  readonly priority: number | undefined;
  /** As sacctmgr names them, e.g. `DenyOnLimit`, `OverPartQOS`, `NoDecay`. */
  readonly flags: readonly string[];
  /** Whether a job over one of its limits is refused; otherwise it waits. */
  readonly deniesOnLimit: boolean;
  readonly perJob: JobLimits;
  readonly perUser: SharedLimits;
  readonly perAccount: SharedLimits;
  /** Of all its jobs. */
  readonly group: GroupLimits;
  /** QOS whose jobs it may preempt. */
  readonly preempts: readonly string[];
  /** `cluster` where the cluster's setting holds. */
  readonly preemptMode: string | undefined;
  readonly graceTimeSeconds: number | undefined;
  /** What its usage is multiplied by: 0 is free of charge. */
  readonly usageFactor: number | undefined;
}

const columns = [
  "Name",
  "Priority",
  "Flags",
  "MaxTRES",
  "MaxTRESPerNode",
  "MinTRES",
  "MaxTRESMins",
  "MaxWall",
  "MaxTRESPU",
  "MaxJobsPU",
  "MaxSubmitPU",
  "MaxTRESPA",
  "MaxJobsPA",
  "MaxSubmitPA",
  "GrpTRES",
  "GrpTRESMins",
  "GrpTRESRunMins",
  "GrpJobs",
  "GrpSubmit",
  "GrpWall",
  "Preempt",
  "PreemptMode",
  "GraceTime",
  "UsageFactor",
] as const;

export const qosQuestion: Question<readonly Qos[]> = sacctmgrQuestion(["qos"], columns, readQos);

function readQos(row: Row<(typeof columns)[number]>): Qos {
  const flags = readList(row.Flags);
  return {
    name: row.Name,
    priority: readNumber(row.Priority),
    flags,
    deniesOnLimit: flags.includes("DenyOnLimit"),
    perJob: readJobLimits(row),
    perUser: readSharedLimits(row.MaxTRESPU, row.MaxJobsPU, row.MaxSubmitPU),
    perAccount: readSharedLimits(row.MaxTRESPA, row.MaxJobsPA, row.MaxSubmitPA),
    group: readGroupLimits(row),
    preempts: readList(row.Preempt),
    preemptMode: readWord(row.PreemptMode),
    graceTimeSeconds: readDuration(row.GraceTime),
    usageFactor: readNumber(row.UsageFactor),
  };
}
