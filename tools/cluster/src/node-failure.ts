import { enterChecked } from "./boot/enter.js";
import { startNodes } from "./boot/services.js";
import { NODES, type NodeName } from "./config/slurm-conf.js";

/**
 * All nodes share one process table, so a node's processes are told by their environment: slurmd gives every task
 * SLURMD_NODENAME, and slurmstepd carries the node's name in its own argv or environment.
 */
const KILL_NODE = `node=$1
# slurmd first, or it would report the deaths of its jobs as ordinary ends.
if read -r slurmd < "/run/slurmd-$node.pid"; then kill -KILL "$slurmd"; fi
for process in /proc/[0-9]*; do
  if tr '\\0' '\\n' < "$process/environ" 2>/dev/null | grep -qx "SLURMD_NODENAME=$node"; then kill -KILL "\${process#/proc/}"; fi
done
rm -f "/run/slurmd-$node.pid"
scontrol update "nodename=$node" state=down reason='node failure'
`;

export function parseNode(text: string): NodeName {
  const node = NODES.find((known) => known === text);
  if (node === undefined) throw new Error(`unknown node "${text}": choose ${NODES.join(", ")}`);
  return node;
}

/** Ends slurmd, its step daemons and the jobs' processes of one node, then has the controller notice at once. */
export async function killNode(pid: number, node: NodeName): Promise<void> {
  await enterChecked(pid, ["sh", "-c", KILL_NODE, "sh", node]);
}

/** Starts the node's slurmd again and waits until jobs can run there. */
export async function restoreNode(pid: number, node: NodeName): Promise<void> {
  await enterChecked(pid, ["scontrol", "update", `nodename=${node}`, "state=resume"]);
  await startNodes(pid, [node]);
}
