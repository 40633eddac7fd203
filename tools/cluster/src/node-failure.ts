import { enterChecked } from "./boot/enter.js";
import { START_NODE, waitForNodes } from "./boot/services.js";
import { NODES, type NodeName } from "./config/slurm-conf.js";

/**
 * All nodes share one process table: a node's tasks are told by SLURMD_NODENAME in their environment, and its step
 * daemons by being the tasks' parents. Those who could report to the controller die first, or the jobs would end as
 * ordinary failures instead of NODE_FAIL.
 */
const KILL_NODE = `node=$1
if read -r slurmd < "/run/slurmd-$node.pid"; then kill -KILL "$slurmd"; rm "/run/slurmd-$node.pid"; fi
tasks=$(grep -lszx "SLURMD_NODENAME=$node" /proc/[0-9]*/environ | cut -d/ -f3 | paste -sd,)
if [ -n "$tasks" ]; then
  parents=$(ps -o ppid= -p "$tasks" | tr -d ' ' | sort -u | paste -sd,)
  steps=$(ps -o pid=,comm= -p "$parents" | awk '$2 == "slurmstepd" { print $1 }')
  kill -KILL $steps $(echo "$tasks" | tr , ' ') 2>/dev/null
fi
scontrol update "nodename=$node" state=down reason='node failure'
`;

/**
 * `resume` is refused for a node that is not down: one that a test meant to kill and never came to. slurmd starts first,
 * so that no job is sent to a node where nobody listens.
 */
const RESTORE_NODE = `node=$1
if [ ! -e "/run/slurmd-$node.pid" ]; then
  ${START_NODE}
fi
case $(scontrol show node "$node") in *State=DOWN*) scontrol update "nodename=$node" state=resume ;; esac
`;

export function parseNode(text: string): NodeName {
  const node = NODES.find((known) => known === text);
  if (node === undefined) throw new Error(`unknown node "${text}": choose ${NODES.join(", ")}`);
  return node;
}

/**
 * Ends slurmd, its step daemons and the jobs' processes of one node, then has the controller notice at once. The node
 * stays down until it is restored.
 */
export async function killNode(pid: number, node: NodeName): Promise<void> {
  await enterChecked(pid, ["sh", "-c", KILL_NODE, "sh", node]);
}

/** Starts the node's slurmd again and waits until jobs can run there. Does nothing to a node that is well. */
export async function restoreNode(pid: number, node: NodeName): Promise<void> {
  await enterChecked(pid, ["sh", "-c", RESTORE_NODE, "sh", node]);
  await waitForNodes(pid, [node]);
}
