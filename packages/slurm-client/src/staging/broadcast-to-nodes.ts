import { randomUUID } from "node:crypto";
import { OptionsError, parseOptions, raw, sh, type Cancellable, type ExecResult } from "@hpckit/core";
import type { RunTasksOptions } from "../allocation/allocation.js";
import { runTasks } from "../allocation/run-tasks.js";
import { cleanCommand } from "../cluster/slurm-command.js";
import { refuseOtherCluster } from "../cluster/own-cluster.js";
import { AllocationLostError, BroadcastError } from "../error/step-errors.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { allocationBroadcastSchema, renderBroadcastOptions, type AllocationBroadcastOptions, type BroadcastOptions, type BroadcastResult } from "./broadcast-options.js";
import { acceptCopy, markOf } from "./broadcast-script.js";

interface Target {
  readonly jobId: string;
  readonly nodes: readonly string[];
  /** Throws where the allocation has ended. */
  readonly judge: (result: ExecResult, said: string) => Promise<ExecResult>;
}

const removalMs = 60_000;

/** Copies a file of the login node to every node of an allocation. @throws BroadcastError, AllocationLostError */
export async function broadcastToNodes(context: SlurmContext, target: Target, from: string, to: string, options: AllocationBroadcastOptions = {}): Promise<BroadcastResult> {
  const { signal, ...how } = parseOptions(allocationBroadcastSchema, options, "allocation.broadcast");
  for (const [path, file] of Object.entries({ from, to })) if (!file.startsWith("/") || file.includes("\0")) throw new OptionsError("allocation.broadcast", [{ path, message: "an absolute path" }]);
  const { transport, programs } = context;
  refuseOtherCluster(programs, "allocation.broadcast");
  const original = await transport.exec(["sh", "-c", sh`[ -f "$1" ] && ${markOf(raw('"$1"'), how)} && wc -c <"$1" && printf %s "$hpckit_mark"`.shell, "sh", from], { signal });
  if (!original.ok) throw new BroadcastError(`${from} cannot be read on the login node`, {}, { detail: { from, stderr: original.stderr } });
  const [size = "", mark = ""] = original.stdout.split(/\n(.*)/s);
  const copy: Copy = { from, to, part: `${to}.hpckit-${randomUUID()}`, mark, how };
  try {
    await sendCopy(context, target, copy, { signal });
    await acceptOnNodes(context, target, copy, { signal });
  } catch (error) {
    // With an allocation go its steps: nothing can be removed there any more.
    if (!(error instanceof AllocationLostError)) await removeOnNodes(context, target, copy).catch(() => undefined);
    throw error;
  }
  return { sizeBytes: Number(size), nodes: target.nodes };
}

interface Copy {
  readonly from: string;
  readonly to: string;
  /** Where it lies aside. */
  readonly part: string;
  /** What identifies the content. */
  readonly mark: string;
  readonly how: BroadcastOptions;
}

async function sendCopy({ transport, programs }: SlurmContext, { jobId, judge }: Target, { from, to, part, how }: Copy, { signal }: Cancellable): Promise<void> {
  const sent = await transport.exec(cleanCommand(programs, ["sbcast", `--jobid=${jobId}`, ...renderBroadcastOptions(how), "--", from, part]), { signal });
  if (sent.ok) return;
  await judge(sent, sent.stderr.replace(/lookup error|Failed to load/, "has expired"));
  throw new BroadcastError(`${from} did not come to every node as ${to}: is its folder on each of them, with room?`, refusalsIn(sent.stderr), { detail: { from, to, stderr: sent.stderr } });
}

/** One task on each node, that takes nothing from the allocation. */
const onEach = ({ nodes }: Target): RunTasksOptions => ({ name: "hpckit-broadcast", nodes: nodes.length, ntasks: nodes.length, ntasksPerNode: 1, cpusPerTask: 1, memory: "all", overlap: true, gres: "none", mpi: "none" });

async function acceptOnNodes(context: SlurmContext, target: Target, { from, to, part, mark, how }: Copy, options: Cancellable): Promise<void> {
  const accepting = await runTasks(context, target.jobId, ["/bin/sh", "-c", acceptCopy(how).shell, "sh", part, to, mark], { ...onEach(target), ...options }, target.judge);
  const said: Record<number, string> = {};
  for await (const { task, text } of accepting) said[task] = text.replace(/^hpckit: \S*: /, "");
  const { ok, tasks, stderr } = await accepting.result;
  const refused = Object.fromEntries(tasks.filter(({ exit }) => exit?.kind !== "success").map(({ task, node }) => [node, said[task] ?? stderr.trim()]));
  if (!ok || Object.keys(refused).length > 0) throw new BroadcastError(`${from} is not on every node as ${to}`, refused, { detail: { from, to } });
}

/** Of a broadcast that came to nothing some nodes have the copy, or a part of it. */
async function removeOnNodes(context: SlurmContext, target: Target, { part }: Copy): Promise<void> {
  const removing = await runTasks(context, target.jobId, ["rm", "-f", "--", part], { ...onEach(target), timeoutMs: removalMs });
  await removing.result;
}

/** What sbcast says of nodes: `sbcast: error: REQUEST_FILE_BCAST(c1): No such file or directory`. Seen on 22.05.8, 24.11.5 and 26.05.5. */
export const refusalsIn = (stderr: string): Readonly<Record<string, string>> => Object.fromEntries([...stderr.matchAll(/^sbcast: error: REQUEST_FILE_BCAST\(([^)]+)\): (.+)$/gm)].map(([, node = "", why = ""]) => [node, why]));
