import type { AssociationUse, LimitUsage } from "../limit/limit-usage.js";

/** What is left of a budget of resource minutes (`GrpTRESMins`) that this user's jobs are charged to. */
export interface Budget {
  readonly account: string;
  /** Undefined: of the account and all below it. */
  readonly user: string | undefined;
  readonly partition: string | undefined;
  /** By Slurm's name, e.g. `cpu`, `gres/gpu`, `billing`. */
  readonly resource: string;
  readonly limitMinutes: number;
  /** Decays, or is reset, as the site has it. */
  readonly usedMinutes: number;
  /** What jobs that run now may still use. */
  readonly runningMinutes: number;
  /** Of the limit, with what runs now taken off; never negative. */
  readonly remainingMinutes: number;
}

/** All budgets in the way of a user's jobs: of their own associations, and of the accounts above. */
export function findBudgets({ associations }: LimitUsage, user: string): readonly Budget[] {
  const own = associations.filter((each) => each.user === user);
  const charged = new Set(own.flatMap((each) => findAncestors(associations, each)));
  return [...charged].flatMap(({ account, user: owner, partition, tresMinutes, tresRunMinutes }) =>
    Object.entries(tresMinutes).flatMap(([resource, { limit, used }]) => {
      if (limit === undefined) return [];
      const runningMinutes = tresRunMinutes[resource]?.used ?? 0;
      return [{ account, user: owner, partition, resource, limitMinutes: limit, usedMinutes: used, runningMinutes, remainingMinutes: Math.max(0, limit - used - runningMinutes) }];
    }),
  );
}

/** An association and those above it, up to the root: the limits of all of them hold. */
export function findAncestors(all: readonly AssociationUse[], from: AssociationUse): readonly AssociationUse[] {
  const chain = [from];
  for (let at = parentOf(all, from); at !== undefined && !chain.includes(at); at = parentOf(all, at)) chain.push(at);
  return chain;
}

/** Above a user's stands the account's own. */
const parentOf = (all: readonly AssociationUse[], { user, account, parentId }: AssociationUse): AssociationUse | undefined =>
  user === undefined ? all.find(({ id }) => id === parentId) : all.find((each) => each.user === undefined && each.account === account);
