/** An ordinary user of every cluster, with the same ids everywhere. */
export interface Person {
  readonly user: "alice" | "bob" | "climate-ops";
  readonly uid: number;
  readonly groups: readonly string[];
  /** Slurm accounts, the default one first. */
  readonly accounts: readonly string[];
  readonly signsIn: boolean;
}

/** Unix groups of the two projects, and the one both share. */
export const GROUPS: Readonly<Record<string, number>> = { research: 2000, climate: 2010, hydrology: 2011 };

export const ACCOUNTS: readonly { readonly account: string; readonly description: string }[] = [
  { account: "climate", description: "Climate project" },
  { account: "hydrology", description: "Hydrology project" },
];

export const PEOPLE: readonly Person[] = [
  { user: "alice", uid: 2001, groups: ["research", "climate"], accounts: ["climate"], signsIn: true },
  { user: "bob", uid: 2002, groups: ["research", "hydrology"], accounts: ["hydrology", "climate"], signsIn: true },
  // A service account as projects have them: no login shell, reached by alice through sudo.
  { user: "climate-ops", uid: 2100, groups: ["research", "climate"], accounts: ["climate"], signsIn: false },
];

/** slurmrestd refuses to run as root or as SlurmUser. */
export const REST_USER = { user: "slurmrest", uid: 2900 } as const;
