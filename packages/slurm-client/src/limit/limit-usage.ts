import { OutputUnreadableError } from "@hpckit/core";
import { printedQuestion, type Question } from "../backend/question.js";
import { parseKeyValues } from "../cluster/key-values.js";
import { readNumber } from "../cluster/slurm-values.js";
import { parseLimitUse, parseTresUse, type LimitUse, type TresUse } from "../tres/tres.js";

/** What a group of jobs uses of its limits, as the controller counts it now. Undefined: not counted. */
export interface GroupUse {
  readonly tres: TresUse;
  /** Decays as the site has it. */
  readonly tresMinutes: TresUse;
  /** What running jobs may still use of their time limits. */
  readonly tresRunMinutes: TresUse;
  readonly jobs: LimitUse | undefined;
  /** Pending and running. */
  readonly submitJobs: LimitUse | undefined;
}

/** An association in the controller's memory: of a user, or of an account and all below. */
export interface AssociationUse extends GroupUse {
  readonly id: number;
  /** Of an account, that above; undefined for a user's and for the root. */
  readonly parentId: number | undefined;
  readonly account: string;
  /** Undefined: the account's own. */
  readonly user: string | undefined;
  readonly partition: string | undefined;
  /** Limits of each user below, and what this one uses of them. */
  readonly maxJobs: LimitUse | undefined;
  readonly maxSubmitJobs: LimitUse | undefined;
}

/** What one user or account uses of a QOS. */
export interface QosShareUse {
  readonly tres: TresUse;
  readonly jobs: LimitUse | undefined;
  readonly submitJobs: LimitUse | undefined;
}

export interface QosUse extends GroupUse {
  readonly name: string;
  /** By account. */
  readonly accounts: ReadonlyMap<string, QosShareUse>;
  /** By numeric user id. */
  readonly users: ReadonlyMap<number, QosShareUse>;
}

/** What limits are used by now; only what the site lets this user see. */
export interface LimitUsage {
  readonly associations: readonly AssociationUse[];
  readonly qos: readonly QosUse[];
}

export const limitUsageQuestion = (user: string): Question<LimitUsage> => printedQuestion(["scontrol", "show", "assoc_mgr", "flags=assoc,qos", `users=${user}`], parseLimitUsage);

const association = /^ClusterName=(.*?) Account=(.*?) UserName=(.*?) Partition=(.*?) Priority=.*? ID=(\d+)$/;

/** Reads `scontrol show assoc_mgr flags=assoc,qos`. @throws OutputUnreadableError for anything else. */
export function parseLimitUsage(stdout: string): LimitUsage {
  if (!stdout.includes("Current Association Manager state")) throw new OutputUnreadableError("scontrol show assoc_mgr", "no state of the association manager", stdout);
  const records = stdout.split(/^(?=ClusterName=|QOS=)/m).slice(1);
  return {
    associations: records.filter((record) => record.startsWith("ClusterName=")).map(parseAssociation),
    qos: records.filter((record) => record.startsWith("QOS=")).map(parseQos),
  };
}

function parseAssociation(record: string): AssociationUse {
  const [first = "", ...lines] = record.split("\n");
  const [, , account = "", user = "", partition = "", id] = association.exec(first) ?? [];
  if (id === undefined) throw new OutputUnreadableError("scontrol show assoc_mgr", "an association that cannot be read", first);
  const pairs = parseKeyValues(lines.join(" "));
  return {
    id: Number(id),
    parentId: readNumber(/^ +ParentAccount=.*?\((\d+)\) /m.exec(record)?.[1]),
    account,
    user: user === "" ? undefined : user.replace(/\(\d+\)$/, ""),
    partition: partition === "" ? undefined : partition,
    ...readGroup(pairs),
    maxJobs: parseLimitUse(pairs.get("MaxJobs")),
    maxSubmitJobs: parseLimitUse(pairs.get("MaxSubmitJobs")),
  };
}

function parseQos(record: string): QosUse {
  const [group = "", accounts = "", users = ""] = record.split(/^ {4}(?:Account|User) Limits$/m);
  const [first = ""] = group.split("\n");
  const userShares = [...parseShares(users, "PU")].flatMap(([name, share]) => {
    const uid = readNumber(/(\d+)\)?$/.exec(name)?.[1]);
    return uid === undefined ? [] : [[uid, share] as const];
  });
  return {
    name: first.replace(/^QOS=/, "").replace(/\(\d+\)$/, ""),
    ...readGroup(parseKeyValues(group.slice(first.length))),
    accounts: parseShares(accounts, "PA"),
    users: new Map(userShares),
  };
}

/** Names stand six blanks in, what they use eight. */
function parseShares(text: string, suffix: "PA" | "PU"): ReadonlyMap<string, QosShareUse> {
  const shares = new Map<string, QosShareUse>();
  for (const [, name = "", lines = ""] of text.matchAll(/^ {6}(\S.*)\n((?: {8}.*\n?)*)/gm)) {
    const pairs = parseKeyValues(lines);
    shares.set(name, {
      tres: parseTresUse(pairs.get(`MaxTRES${suffix}`)),
      jobs: parseLimitUse(pairs.get(`MaxJobs${suffix}`)),
      submitJobs: parseLimitUse(pairs.get(`MaxSubmitJobs${suffix}`)),
    });
  }
  return shares;
}

const readGroup = (pairs: ReadonlyMap<string, string>): GroupUse => ({
  tres: parseTresUse(pairs.get("GrpTRES")),
  tresMinutes: parseTresUse(pairs.get("GrpTRESMins")),
  tresRunMinutes: parseTresUse(pairs.get("GrpTRESRunMins")),
  jobs: parseLimitUse(pairs.get("GrpJobs")),
  submitJobs: parseLimitUse(pairs.get("GrpSubmitJobs")),
});
