import { linesOf } from "@hpckit/core";
import type { Job, JobUsage, Outcome } from "@hpckit/slurm-client";

export const say = (text: string): void => void process.stdout.write(`    ${text}\n`);

/**
 * Ctrl-C once: what is under way ends in good order, and the program says in one line where it stopped. A second one ends
 * it at once, but not within a second: runners such as tsx may hand on the first one again.
 */
export function onInterrupt(): AbortSignal {
  const interruption = new AbortController();
  let interruptedAt: number | undefined;
  const interrupt = (name: NodeJS.Signals): void => {
    if (interruptedAt !== undefined) {
      if (performance.now() - interruptedAt > 1000) process.exit(130);
      return;
    }
    interruptedAt = performance.now();
    process.once("uncaughtException", ({ message }) => {
      say(`stopped: ${message}`);
      process.exitCode = 130;
    });
    interruption.abort(new Error(`interrupted by ${name}`));
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, interrupt);
  return interruption.signal;
}

/** An interruption that came while the job was being submitted counts too. */
export function cancelOnInterrupt(job: Job, signal: AbortSignal): void {
  const cancel = (): void => {
    job.cancel().catch((error: unknown) => say(`job ${job.id} could not be cancelled and may still run: ${String(error)}`));
  };
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true });
}

export async function showEvents(job: Job): Promise<void> {
  for await (const { state, reason, nodes } of job.events()) say([`job ${job.id}: ${state}`, reason, nodes].filter(Boolean).join(", "));
}

export async function showLog(job: Job): Promise<void> {
  for await (const line of linesOf(job.log())) say(`| ${line}`);
}

export function showOutcome(outcome: Outcome, usage: JobUsage | undefined): void {
  const exit = outcome.evidence.rawExitCode === undefined ? "no exit code" : `exit code ${outcome.evidence.rawExitCode.split(":")[0] ?? ""}`;
  const memory = usage?.peakMemoryBytes === undefined ? "not sampled" : `${(usage.peakMemoryBytes / 1e6).toFixed(1)} MB`;
  say(`${outcome.kind} after ${outcome.elapsedSeconds ?? "?"} s, ${exit}, peak memory ${memory} (${outcome.evidence.source})`);
}
