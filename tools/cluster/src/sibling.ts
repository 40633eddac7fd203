import { writeFile } from "node:fs/promises";
import { renderAssociations } from "./boot/accounts.js";
import { enterChecked } from "./boot/enter.js";
import { memoryCgroup } from "./boot/namespace.js";
import { waitUntil } from "./boot/services.js";
import { renderCgroupConf, renderSiblingConf, SIBLING_NODE, siblingName } from "./config/slurm-conf.js";
import { portsFrom, type ClusterPorts } from "./host/ports.js";

const FOLDER = "/etc/slurm-sibling";

const START = `set -eu
conf=${FOLDER}/slurm.conf
install -d -o slurm -g slurm /var/lib/slurm/slurmctld-sibling
# A daemon that has ended can leave its number behind.
runs() { [ -e "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }
runs /run/slurmctld-sibling.pid || slurmctld -f "$conf"
runs /run/slurmd-${SIBLING_NODE}.pid || slurmd -f "$conf" -N ${SIBLING_NODE}
`;

const END = `for file in /run/slurmd-${SIBLING_NODE}.pid /run/slurmctld-sibling.pid; do
  if read -r pid < "$file"; then kill "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; fi
done 2>/dev/null
`;

/** A second cluster in the same namespaces: what a site has that shares its login nodes and file system between clusters. */
export async function startSibling(pid: number, { name, ports }: { readonly name: string; readonly ports: ClusterPorts }): Promise<{ readonly name: string }> {
  const sibling = siblingName(name);
  const hasMemoryCgroup = memoryCgroup(name) !== undefined;
  await enterChecked(pid, ["mkdir", "-p", FOLDER]);
  const write = async (file: string, content: string) => writeFile(`/proc/${pid}/root${FOLDER}/${file}`, content, { mode: 0o644 });
  await Promise.all([
    write("slurm.conf", renderSiblingConf({ clusterName: name, ports: portsFrom(ports.slurmctld), hasMemoryCgroup })),
    write("cgroup.conf", renderCgroupConf()),
  ]);
  const known = await enterChecked(pid, ["sacctmgr", "--noheader", "show", "clusters", sibling]);
  if (known.trim() === "") await enterChecked(pid, ["sh", "-euc", renderAssociations(sibling)]);
  await enterChecked(pid, ["sh", "-c", START]);
  // Through accounting, as users will ask: the controller has told it where it is.
  await waitUntil("the second cluster", pid, ["sh", "-c", `sinfo -h -M ${sibling} -o %t | grep -qE 'idle|mix|alloc'`], "/var/log/slurm/slurmctld-sibling.log");
  return { name: sibling };
}

/** Accounting goes on to know it, as that of a site does of a cluster that was switched off. */
export async function endSibling(pid: number): Promise<void> {
  await enterChecked(pid, ["sh", "-c", END]);
}
