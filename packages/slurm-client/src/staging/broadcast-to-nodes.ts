import { randomUUID } from "node:crypto";
import { OptionsError, parseOptions, raw, sh, type ExecResult } from "@hpckit/core";
import { runTasks } from "../allocation/run-tasks.js";
import { cleanCommand } from "../cluster/slurm-command.js";
import { refuseOtherCluster } from "../cluster/own-cluster.js";
import { BroadcastError } from "../error/step-errors.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { allocationBroadcastSchema, renderBroadcastOptions, type AllocationBroadcastOptions, type BroadcastResult } from "./broadcast-options.js";
import { acceptCopy, markOf } from "./broadcast-script.js";

interface Target {
  readonly jobId: string;
  readonly nodes: readonly string[];
  /** Throws where the allocation has ended. */
  readonly judge: (result: ExecResult, said: string) => Promise<ExecResult>;
}

/** Copies a file of the login node to every node of an allocation. @throws BroadcastError, AllocationLostError */
export async function broadcastToNodes(context: SlurmContext, { jobId, nodes, judge }: Target, from: string, to: string, options: AllocationBroadcastOptions = {}): Promise<BroadcastResult> {
  const { signal, ...how } = parseOptions(allocationBroadcastSchema, options, "allocation.broadcast");
  for (const [path, file] of Object.entries({ from, to })) if (!file.startsWith("/") || file.includes("\0")) throw new OptionsError("allocation.broadcast", [{ path, message: "an absolute path" }]);
  const { transport, programs } = context;
  refuseOtherCluster(programs, "allocation.broadcast");
  const original = await transport.exec(["sh", "-c", sh`[ -f "$1" ] && ${markOf(raw('"$1"'), how)} && wc -c <"$1" && printf %s "$hpckit_mark"`.shell, "sh", from], { signal });
  if (!original.ok) throw new BroadcastError(`${from} cannot be read on the login node`, {}, { detail: { from, stderr: original.stderr } });
  const [size = "", mark = ""] = original.stdout.split(/\n(.*)/s);
  const part = `${to}.hpckit-${randomUUID().slice(0, 8)}`;
  const sent = await transport.exec(cleanCommand(programs, ["sbcast", `--jobid=${jobId}`, ...renderBroadcastOptions(how), "--", from, part]), { signal });
  if (!sent.ok) {
    await judge(sent, sent.stderr.replace(/lookup error|Failed to load/, "has expired"));
    throw new BroadcastError(`${from} did not come to every node as ${to}: is its folder on each of them, with room?`, refusalsIn(sent.stderr), { detail: { from, to, stderr: sent.stderr } });
  }
  const onNodes = { name: "hpckit-broadcast", nodes: nodes.length, ntasks: nodes.length, ntasksPerNode: 1, cpusPerTask: 1, memory: "all", overlap: true, gres: "none", mpi: "none" } as const;
  const accepting = await runTasks(context, jobId, ["/bin/sh", "-c", acceptCopy(how).shell, "sh", part, to, mark], { ...onNodes, signal }, judge);
  const said: Record<number, string> = {};
  for await (const { task, text } of accepting) said[task] = text.replace(/^hpckit: \S*: /, "");
  const { ok, tasks, stderr } = await accepting.result;
  const refused = Object.fromEntries(tasks.filter(({ exit }) => exit?.kind !== "success").map(({ task, node }) => [node, said[task] ?? stderr.trim()]));
  if (!ok || Object.keys(refused).length > 0) throw new BroadcastError(`${from} is not on every node as ${to}`, refused, { detail: { from, to } });
  return { sizeBytes: Number(size), nodes };
}

/** What sbcast says of nodes: `sbcast: error: REQUEST_FILE_BCAST(c1): No such file or directory`. Seen on 22.05.8, 24.11.5 and 26.05.5. */
export const refusalsIn = (stderr: string): Readonly<Record<string, string>> => Object.fromEntries([...stderr.matchAll(/^sbcast: error: REQUEST_FILE_BCAST\(([^)]+)\): (.+)$/gm)].map(([, node = "", why = ""]) => [node, why]));
