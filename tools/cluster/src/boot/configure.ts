import { randomUUID } from "node:crypto";
import { appendFile, chmod, writeFile } from "node:fs/promises";
import { renderHosts } from "../config/hosts.js";
import { renderCgroupConf, renderGresConf, renderSlurmConf } from "../config/slurm-conf.js";
import { renderSlurmdbdConf } from "../config/slurmdbd-conf.js";
import { renderSshdConfig } from "../config/sshd-config.js";
import { CERTIFICATES_IN_CLUSTER, readMachineSettings } from "../host/machine-settings.js";
import type { ClusterPorts } from "../host/ports.js";
import { SERIES_FACTS, type Series } from "../series.js";
import { enterChecked } from "./enter.js";

export interface ConfigureInput {
  readonly name: string;
  readonly series: Series;
  readonly ports: ClusterPorts;
  readonly hasMemoryCgroup: boolean;
}

/** Writes every configuration file of a cluster that nothing runs in yet. */
export async function configure(pid: number, { name, series, ports, hasMemoryCgroup }: ConfigureInput): Promise<void> {
  const { sshdHasPenalties, hasApptainer } = SERIES_FACTS[series];
  const machine = await readMachineSettings();
  const inside = (path: string) => `/proc/${pid}/root${path}`;
  const write = async (path: string, content: string | Buffer) => writeFile(inside(path), content, { mode: 0o644 });

  await Promise.all([
    write("/etc/slurm/slurm.conf", renderSlurmConf({ clusterName: name, ports, hasMemoryCgroup })),
    write("/etc/slurm/gres.conf", renderGresConf()),
    write("/etc/slurm/cgroup.conf", renderCgroupConf()),
    write("/etc/slurm/slurmdbd.conf", renderSlurmdbdConf(ports)),
    write("/etc/ssh/sshd_config", renderSshdConfig({ port: ports.sshd, hasPenalties: sshdHasPenalties })),
    write("/etc/hosts", renderHosts(name, machine.hosts)),
    write("/etc/resolv.conf", machine.resolvConf),
    write("/etc/pip.conf", machine.pipConf),
    write("/etc/machine-id", `${randomUUID().replaceAll("-", "")}\n`),
    ...(machine.certificates ? [write(CERTIFICATES_IN_CLUSTER, machine.certificates)] : []),
    // As a site's administrators would: containers see the same certificates and the same way to packages.
    ...(hasApptainer
      ? [appendFile(inside("/etc/apptainer/apptainer.conf"), `\nbind path = /etc/pip.conf\nbind path = ${CERTIFICATES_IN_CLUSTER}\n`)]
      : []),
  ]);
  await chmod(inside("/etc/slurm/slurmdbd.conf"), 0o600);
  await enterChecked(pid, ["chown", "slurm:slurm", "/etc/slurm/slurmdbd.conf"]);
}
