import { callbackSchema, cancellableShape, compose, OutputUnreadableError, parseOptions, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { SlurmError } from "../error/slurm-error.js";
import type { Job } from "../job/job.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import { broadcastToNodes } from "../staging/broadcast-to-nodes.js";
import type { AllocateOptions, Allocation, AllocationSpec, LeaseOptions, RunningStep, RunOptions, RunSpec } from "./allocation.js";
import { checkAllocationSpec } from "./allocation-spec.js";
import { expandNodeList } from "../node/node-list.js";
import { refuseLoss, timeLeft } from "./allocation-loss.js";
import { allocationEnded, giveBack } from "./give-back.js";
import { renderLease } from "./lease-script.js";
import { nodeTransport } from "./node-transport.js";
import { renewLease } from "./renew-lease.js";
import { runStep, type JudgeEnd } from "./run-step.js";
import { runTasks } from "./run-tasks.js";

const leastLeaseSeconds = 60;
const leaseSeconds = z.int({ error: "a whole number of seconds" }).min(leastLeaseSeconds, { error: `at least ${leastLeaseSeconds}: renewals take their time` });
const allocateOptionsSchema: z.ZodType<AllocateOptions> = z.strictObject({ leaseSeconds: leaseSeconds.optional(), onProgress: callbackSchema<(message: string) => void>().optional(), ...cancellableShape });
const leaseOptionsSchema: z.ZodType<LeaseOptions> = z.strictObject({ leaseSeconds: leaseSeconds.optional(), ...cancellableShape });

const usualLeaseSeconds = 300;

export interface AllocationContext extends SlurmContext {
  submit(spec: JobSpecInput, options: AllocateOptions): Promise<Job>;
  /** Told of renewals that fail, and are tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Holds nodes: a batch job that waits, for as long as its lease is renewed. As any job it is submitted once, looked for where the
 * answer is lost, and found again from another process.
 */
export async function allocate(context: AllocationContext, spec: AllocationSpec, options: AllocateOptions = {}): Promise<Allocation> {
  const { leaseSeconds: lease = usualLeaseSeconds, signal, onProgress } = parseOptions(allocateOptionsSchema, options, "allocate");
  checkAllocationSpec(spec);
  const launch = compose(["/bin/sh", "-c", renderLease(lease).shell]);
  const job = await context.submit({ ...spec, launch, output: "/dev/null", requeue: false }, { signal, onProgress });
  return holdJob(context, job, { leaseSeconds: lease, isOwn: true, signal });
}

/** Goes on with an allocation. */
export async function attachAllocation(context: AllocationContext, job: Job, options: LeaseOptions = {}): Promise<Allocation> {
  const { leaseSeconds: lease = leastLeaseSeconds, signal } = parseOptions(leaseOptionsSchema, options, "allocation");
  return holdJob(context, job, { leaseSeconds: lease, isOwn: false, signal });
}

/** Runs one command on nodes of its own. */
export async function runAlone(context: AllocationContext, { launch, ...spec }: RunSpec, { leaseSeconds: lease, ...options }: RunOptions = {}): Promise<RunningStep> {
  const { signal, onProgress } = options;
  const allocation = await allocate(context, spec, { leaseSeconds: lease, signal, onProgress });
  // A release that fails is made up for by the lease.
  const release = (): Promise<void> => allocation.release().catch(context.onTrouble);
  try {
    const stream = await allocation.run(launch, { ntasks: spec.ntasks, cpusPerTask: spec.cpusPerTask, ...options });
    const result = stream.result.finally(release);
    result.catch(() => undefined);
    return { ...stream, job: allocation.job, result };
  } catch (error) {
    await release();
    throw error;
  }
}

interface Holding extends Cancellable {
  readonly leaseSeconds: number;
  /** Whether it was made by this call. Then it goes if the wait for it fails. */
  readonly isOwn: boolean;
}

async function holdJob(context: AllocationContext, job: Job, { leaseSeconds: lease, isOwn, signal }: Holding): Promise<Allocation> {
  const release = async (options: Cancellable = {}): Promise<void> => {
    await job.cancel(options);
  };
  let nodes: readonly string[];
  try {
    nodes = await waitUntilRunning(job, { signal });
  } catch (error) {
    throw isOwn ? await giveBack(job, error) : error;
  }
  const released = new AbortController();
  void renewLease(context, job, { leaseSeconds: lease, isOwn, signal: released.signal });
  const end = async (options?: Cancellable): Promise<void> => {
    // Without renewals the lease ends what could not be cancelled.
    released.abort();
    await release(options);
  };
  const judge: JudgeEnd = (result, said) => refuseLoss(context, job, result, said);
  const run: Allocation["run"] = (command, runOptions = {}) => runStep(context, job.id, command, runOptions, judge);
  return {
    job,
    nodes,
    timeLeftSeconds: (options = {}) => timeLeft(context, job, options),
    run,
    runTasks: (command, runOptions = {}) => runTasks(context, job.id, command, runOptions, judge),
    broadcast: (from, to, options) => broadcastToNodes(context, { jobId: job.id, nodes, judge }, from, to, options),
    transport: (options) => nodeTransport({ login: context.transport, nodes, run }, options),
    release: end,
    toJSON: () => job.toJSON(),
    [Symbol.asyncDispose]: () => end(),
  };
}

/** @returns the names of its nodes. */
async function waitUntilRunning(job: Job, options: Cancellable): Promise<readonly string[]> {
  for await (const { state, nodes = "" } of job.events(options)) {
    if (state !== "RUNNING") continue;
    const names = expandNodeList(nodes);
    if (names === undefined) throw new OutputUnreadableError("squeue", `no list of nodes for the allocation ${job.id}`, nodes);
    return names;
  }
  const outcome = await job.done(options);
  throw new SlurmError(allocationEnded, `the allocation ${job.id} ended before it could be used: ${outcome.kind}`, { detail: { job: job.toJSON(), kind: outcome.kind } });
}
