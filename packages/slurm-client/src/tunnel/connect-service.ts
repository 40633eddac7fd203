import type { Duplex } from "node:stream";
import { OptionsError, parseOptions, TransportError, type Cancellable } from "@hpckit/core";
import { askSlurm } from "../cluster/slurm-command.js";
import { eitherSignal } from "../concurrency/either-signal.js";
import { targetId } from "../control/job-action.js";
import { commandFailed } from "../error/command-failed.js";
import { SlurmError } from "../error/slurm-error.js";
import type { Job } from "../job/job.js";
import type { JobReference } from "../job/job-reference.js";
import { expandNodeList } from "../node/node-list.js";
import { includesIndex } from "../queue/index-ranges.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { ownRows } from "../watch/job-track.js";
import { connectServiceSchema, jobServiceSchema, type ConnectServiceOptions, type JobService } from "./job-service.js";
import { openRelay, type RelayTarget } from "./open-relay.js";
import { waitForStart } from "./wait-for-start.js";

const usualReadyMs = 30_000;
/** A firewall that drops what it does not let through says nothing. */
const directMs = 2000;
const pollMs = 500;

/** A job that offers services. */
export interface ServedJob extends Pick<Job, "id" | "events" | "done"> {
  readonly reference: JobReference;
  /** What was called of it, as errors name it. */
  readonly call: "job.connect" | "job.forward";
}

/** Connects to a service of a job. */
export async function connectService(context: SlurmContext, job: ServedJob, to: JobService, options: ConnectServiceOptions = {}): Promise<Duplex> {
  const { reference, call } = job;
  const service = parseOptions(jobServiceSchema, to, call);
  const { via = "auto", readyMs = usualReadyMs, waitForStart: waits = false, signal } = parseOptions(connectServiceSchema, options, call);
  refuseWholeArray(job);
  if (waits) await waitForStart(job, { signal });
  const { node, component } = await findNode(context, job, service.host, { signal });
  const relay = (): Promise<Duplex> => openRelay(context, { jobId: targetId(reference), node, component, service, readyMs, ended: job.done }, { signal });
  if (!("port" in service) || via === "step") return relay();
  const address = { host: await addressOf(context, node, { signal }), port: service.port };
  if (via === "login") return untilReady(context, address, readyMs, { signal });
  const direct = await tryDirect(context, address, { signal });
  if (!("refused" in direct)) return direct;
  // It may not listen yet, not there, or not for the login node: on its own node that is known.
  const relayed = await relay();
  let again: Direct | undefined;
  try {
    again = await tryDirect(context, address, { signal });
    return "refused" in again ? relayed : again;
  } finally {
    if (again === undefined || !("refused" in again)) relayed.on("error", () => undefined).destroy();
  }
}

function refuseWholeArray({ call, reference: { task, tasks } }: ServedJob): void {
  if (tasks !== undefined && task === undefined) throw new OptionsError(call, [{ path: "", message: "an array has nodes of each task: say which with job.task(index)" }]);
}

/** @throws SlurmError `job-not-running`; OptionsError for a node of others. */
async function findNode({ backend }: SlurmContext, { reference, call }: ServedJob, wanted: string | undefined, options: Cancellable): Promise<Pick<RelayTarget, "node" | "component">> {
  const { id, task } = reference;
  const rows = ownRows(await backend.queue([id], options), reference).filter((row) => task === undefined || (row.tasks !== undefined && includesIndex(row.tasks, task)));
  // The batch script runs where the first component is.
  const running = rows.filter(({ state }) => state.base === "RUNNING").sort((one, other) => (one.component ?? 0) - (other.component ?? 0));
  const nodes = running.flatMap(({ nodes: list = "", component }) => (expandNodeList(list) ?? []).map((node) => ({ node, component })));
  const [first] = nodes;
  if (first === undefined) throw new SlurmError("job-not-running", `job ${id} does not run now (${rows.map(({ state }) => state.raw).join(", ") || "the controller does not know it"}): { waitForStart: true } waits for one that is queued`, { retryable: rows.some(({ state }) => state.base === "PENDING") });
  const found = wanted === undefined ? first : nodes.find(({ node }) => node === wanted);
  if (found === undefined) throw new OptionsError(call, [{ path: "host", message: `${String(wanted)} is no node of job ${id}; it has ${nodes.map(({ node }) => node).join(", ")}` }]);
  return found;
}

/** By which address Slurm knows a node: its name need not lead there. */
async function addressOf({ transport, programs }: SlurmContext, node: string, options: Cancellable): Promise<string> {
  const result = await askSlurm(transport, programs, ["sinfo", "--noheader", "--Node", `--nodes=${node}`, "--format=%o"], options);
  const [address] = result.stdout.split("\n");
  if (!result.ok || address === undefined || address === "") throw commandFailed(result);
  return address;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

type Direct = Duplex | { readonly refused: TransportError };

async function tryDirect({ transport }: SlurmContext, address: Address, { signal }: Cancellable): Promise<Direct> {
  const limit = AbortSignal.timeout(directMs);
  try {
    return await transport.connect(address, { signal: eitherSignal(signal, limit) });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (limit.aborted) return { refused: new TransportError("connection-refused", `${address.host} does not answer on port ${address.port}`, { cause: error }) };
    if (error instanceof TransportError) return { refused: error };
    throw error;
  }
}

async function untilReady(context: SlurmContext, address: Address, readyMs: number, options: Cancellable): Promise<Duplex> {
  const until = context.clock.monotonic() + readyMs;
  for (;;) {
    const direct = await tryDirect(context, address, options);
    if (!("refused" in direct)) return direct;
    if (context.clock.monotonic() >= until) throw new SlurmError("service-unreachable", `port ${address.port} of ${address.host} did not answer the login node within ${readyMs} ms: ${direct.refused.message}; via: "step" reaches it from inside`, { retryable: true, cause: direct.refused });
    await context.clock.sleep(pollMs, options);
  }
}
