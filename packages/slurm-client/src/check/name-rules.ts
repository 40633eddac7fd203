import type { CheckFinding } from "./check-finding.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import { offeredPartitions, sameName, suggest, type CheckedJob } from "./checked-job.js";

/** Names that a spec gives: of its partitions, its account and its QOS. */
export function checkNames(job: CheckedJob, knowledge: CheckKnowledge): readonly CheckFinding[] {
  const partitions = checkPartitionNames(job, knowledge);
  return [...partitions, ...(partitions.length === 0 ? [] : [notPlaced]), ...checkAccount(job, knowledge), ...checkQos(job, knowledge)];
}

const notPlaced: CheckFinding = { kind: "not-checked", severity: "note", field: "partition", message: "what the job asks for (time, nodes, CPUs, memory, features) is not checked against partitions and their nodes, because it is not known where it would go; name a partition that there is, and check again" };

function checkPartitionNames({ spec }: CheckedJob, knowledge: CheckKnowledge): readonly CheckFinding[] {
  const { partitions } = knowledge;
  if (partitions === undefined) return [];
  const allowed = offeredPartitions(knowledge).map(({ name }) => name);
  if (spec.partition === undefined) {
    if (partitions.some(({ isDefault }) => isDefault)) return [];
    return [{ kind: "unknown-partition", severity: "refused", field: "partition", message: `this cluster has no default partition: name one; ${suggest("", allowed, "this user sees none")}`, allowed }];
  }
  return spec.partition.split(",").filter((name) => !partitions.some((one) => one.name === name)).map((name) => ({
    kind: "unknown-partition",
    severity: "refused",
    field: "partition",
    message: `partition "${name}": unknown; ${suggest(name, allowed, "this user sees none")}`,
    allowed,
  }));
}

function checkAccount({ spec, association }: CheckedJob, { associations, enforces }: CheckKnowledge): readonly CheckFinding[] {
  if (associations === undefined || !enforces.includes("associations") || association !== undefined) return [];
  const allowed = [...new Set(associations.map(({ account }) => account))].sort();
  const { account } = spec;
  const elsewhere = associations.filter((each) => account !== undefined && sameName(each.account, account)).flatMap(({ partition }) => partition ?? []);
  const message =
    account === undefined
      ? `this user has no default account for the partition: name one; ${suggest("", allowed, "there is none: ask the site")}`
      : elsewhere.length > 0
        ? `account "${account}" may be charged in the partitions ${elsewhere.join(", ")} alone`
        : `account "${account}": unknown, or not this user's; ${suggest(account, allowed, "there is none: ask the site")}`;
  return [{ kind: "unknown-account", severity: "refused", field: "account", message, allowed }];
}

function checkQos({ spec, association }: CheckedJob, { associations, qos, enforces }: CheckKnowledge): readonly CheckFinding[] {
  if (spec.qos === undefined || associations === undefined || !enforces.includes("qos")) return [];
  // Where the account is not this user's, no QOS is known to be wrong but one that nobody has.
  const allowed = association?.qos ?? [...new Set(associations.flatMap((each) => each.qos))].sort();
  return spec.qos.split(",").filter((asked) => !allowed.some((name) => sameName(name, asked))).flatMap((asked): readonly CheckFinding[] => {
    const exists = qos?.some(({ name }) => sameName(name, asked));
    if (association === undefined && exists !== false) return [];
    return [{ kind: "unknown-qos", severity: "refused", field: "qos", message: `qos "${asked}": ${exists === true ? `not for account ${association?.account}` : "unknown"}; ${suggest(asked, allowed, "there is none: ask the site")}`, allowed }];
  });
}
