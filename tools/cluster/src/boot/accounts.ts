import { ACCOUNTS, PEOPLE } from "../people.js";
import { enterChecked } from "./enter.js";

/** Quality-of-service levels of every cluster. `express` has the limits that tests of refusals need. */
const QOS: readonly { readonly name: string; readonly options: string }[] = [
  { name: "normal", options: "Priority=100" },
  { name: "express", options: "Priority=1000 MaxWall=01:00:00 MaxSubmitJobsPerUser=4" },
  { name: "low", options: "Priority=0 UsageFactor=0.5" },
];

/** The accounting set-up of one cluster as a shell script of sacctmgr calls. */
export function renderAccounts(clusterName: string): string {
  return [
    // slurmdbd makes `normal` by itself.
    ...QOS.map(({ name, options }) => `sacctmgr -iQ ${name === "normal" ? "modify qos normal set" : `add qos ${name}`} ${options}`),
    renderAssociations(clusterName),
  ].join("\n");
}

/** The cluster, and who may use it. */
export function renderAssociations(clusterName: string): string {
  const levels = `cluster=${clusterName} qos=${QOS.map(({ name }) => name).join(",")} defaultqos=normal`;
  return [
    `sacctmgr -iQ add cluster ${clusterName}`,
    ...ACCOUNTS.map(({ account, description }) => `sacctmgr -iQ add account ${account} description='${description}' organization=hpckit fairshare=100 ${levels}`),
    ...PEOPLE.map(({ user, accounts }) => `sacctmgr -iQ add user ${user} account=${accounts.join(",")} defaultaccount=${accounts[0] ?? ""} fairshare=10 ${levels}`),
  ].join("\n");
}

export async function addAccounts(pid: number, clusterName: string, signal?: AbortSignal): Promise<void> {
  await enterChecked(pid, ["sh", "-euc", renderAccounts(clusterName)], signal ? { signal } : {});
}
