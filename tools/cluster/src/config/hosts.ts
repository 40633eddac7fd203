import { NODES } from "./slurm-conf.js";

/** hosts(5): the cluster's names on the loopback address, then whatever the machine itself knows. */
export function renderHosts(clusterName: string, machineHosts: string): string {
  const own = ["127.0.0.1 localhost", "::1 localhost ip6-localhost", `127.0.0.1 ${clusterName} ${NODES.join(" ")}`];
  return `${[...own, machineHosts.trimEnd()].join("\n")}\n`;
}
