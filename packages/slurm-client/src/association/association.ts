import type { Question } from "../backend/question.js";
import type { Row } from "../cluster/piped-rows.js";
import { readList, readNumber, readWord } from "../cluster/slurm-values.js";
import { readGroupLimits, readJobLimits, readSharedLimits, type GroupLimits, type JobLimits } from "../limit/limits.js";
import { sacctmgrQuestion } from "../limit/sacctmgr-question.js";

/**
 * That this user may charge an account, in all partitions or in one, and within which limits. Limits of accounts above hold too where
 * they are for one job or user: Slurm hands those down.
 * @see sacctmgr(1), SPECIFICATIONS FOR ASSOCIATIONS
 */
export interface Association {
  readonly account: string;
  /** Undefined: in all partitions. */
  readonly partition: string | undefined;
  /** Whether jobs that name no account are charged to this. */
  readonly isDefaultAccount: boolean;
  /** QOS that its jobs may have. */
  readonly qos: readonly string[];
  readonly defaultQos: string | undefined;
  /** Shares among its siblings; undefined for `parent`. */
  readonly shares: number | undefined;
  readonly priority: number | undefined;
  readonly perJob: JobLimits;
  /** Of this user's jobs here, together. */
  readonly own: GroupLimits;
}

const columns = [
  "DefaultAccount",
  "Account",
  "Partition",
  "QOS",
  "DefaultQOS",
  "Share",
  "Priority",
  "MaxJobs",
  "MaxSubmit",
  "MaxTRES",
  "MaxTRESPerNode",
  "MaxTRESMins",
  "MaxWall",
  "GrpTRES",
  "GrpTRESMins",
  "GrpTRESRunMins",
  "GrpJobs",
  "GrpSubmit",
  "GrpWall",
] as const;

export const associationsQuestion = ({ user, cluster }: { readonly user: string; readonly cluster: string }): Question<readonly Association[]> =>
  sacctmgrQuestion(["user", `name=${user}`, `cluster=${cluster}`, "withassoc"], columns, readAssociation);

function readAssociation(row: Row<(typeof columns)[number]>): Association {
  const group = readGroupLimits(row);
  const own = readSharedLimits(row.GrpTRES, row.MaxJobs, row.MaxSubmit);
  return {
    account: row.Account,
    partition: readWord(row.Partition),
    isDefaultAccount: row.Account === row.DefaultAccount,
    qos: [...readList(row.QOS)].sort(),
    defaultQos: readWord(row.DefaultQOS),
    shares: readNumber(row.Share),
    priority: readNumber(row.Priority),
    perJob: readJobLimits(row),
    own: { ...group, maxJobs: Math.min(group.maxJobs, own.maxJobs), maxSubmitJobs: Math.min(group.maxSubmitJobs, own.maxSubmitJobs) },
  };
}
