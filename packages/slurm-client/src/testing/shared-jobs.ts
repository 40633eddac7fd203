import { compose, sh, type Cancellable, type LaunchLayer, type ShellExpression, type Transport } from "@hpckit/core";
import type { Job } from "../job/job.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { JobEvent } from "../watch/job-event.js";
import type { SlurmUnderTest } from "./describe-slurm.js";

/** A small job that runs a piece of shell; its output is in the folder of the tests. */
export function submitShell(
  { slurm, folder, options }: SlurmUnderTest,
  script: ShellExpression,
  { layers = [], signal, ...spec }: Partial<JobSpecInput> & Cancellable & { readonly layers?: readonly LaunchLayer[] | undefined } = {},
): Promise<Job> {
  const launch = compose(["sh", "-c", script.shell], layers);
  return slurm.submit({ name: "conformance", partition: options.partition, time: "10m", memory: "50M", workFolder: folder, launch, ...spec }, { signal });
}

/** Where a job waits until its test has seen what it wants to see: no time that it could sleep is long enough on every machine. */
export function gate({ transport, folder }: SlurmUnderTest, name: string): { readonly wait: ShellExpression; readonly open: () => Promise<void> } {
  const file = `${folder}/gate ${name}`;
  return { wait: sh`until [ -e ${file} ]; do sleep 0.2; done`, open: () => transport.writeFile(file, "") };
}

export async function collectEvents(job: Job): Promise<readonly JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of job.events()) events.push(event);
  return events;
}

export async function readAll(log: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of log) text += piece;
  return text;
}

/** Waits until a job is seen in a state. */
export async function seen(job: Job, state: JobEvent["state"]): Promise<JobEvent> {
  for await (const event of job.events()) if (event.state === state) return event;
  throw new Error(`job ${job.id} ended and was never seen ${state}`);
}

/** Waits until a job's script has made a file: Slurm calls a job running before its script is. */
export async function appeared(transport: Transport, file: string): Promise<void> {
  await transport.exec(["sh", "-c", 'until [ -e "$1" ]; do sleep 0.2; done', "sh", file], { check: true, timeoutMs: 60_000 });
}

/**
 * Slurm lets a job that is queued again wait for two minutes; its owner may begin it sooner. Not within the second of its first
 * end: the node would then refuse it (Job credential revoked, seen on 24.11.5), and it would fail with exit code 1.
 */
export async function beginSoon(transport: Transport, job: Job): Promise<void> {
  const script = 'for try in 1 2 3 4 5 6 7 8 9 10; do sleep 3; if scontrol update "jobid=$1" StartTime=now 2>/dev/null; then exit; fi; done';
  await transport.exec(["sh", "-c", script, "sh", job.id]);
}

export const succeed = sh`true`;
