import { cancellableShape, compose, HpckitError, OutputUnreadableError, parseOptions, type ExecResult, type Recipe, type ShellExpression, type Transport } from "@hpckit/core";
import { z } from "zod";
import { isFinal, type JobEnd } from "./job-end.js";
import { keptStatus, renderCount, renderRemoval } from "./removal-script.js";
import { checkScratch, refused, tombstoneName, type Scratch } from "./scratch.js";

export interface PlanSweepOptions {
  /** A machine that sees the scratch: the login node. */
  readonly on: Transport;
  readonly signal?: AbortSignal | undefined;
}

export interface SweepOptions extends PlanSweepOptions {
  /** How the job ended. Where that is not known, the folder is kept. */
  readonly outcome: JobEnd;
}

/** What a sweep would do. */
export type SweepPlan =
  | { readonly kind: "absent" }
  | {
      readonly kind: "remove";
      /** The folder, or what a removal that was killed has left of it. */
      readonly path: string;
      readonly files: number;
      /** Itself included. */
      readonly folders: number;
      /** Sum of the files' sizes. */
      readonly totalBytes: number;
    };

/** What a sweep did. */
export type SweepResult =
  | { readonly kind: "removed"; readonly removed: string }
  /** Nothing was there: the job's own clean-up was faster. */
  | { readonly kind: "absent" }
  | { readonly kind: "kept"; readonly reason: string };

const transport = z.custom<Transport>((value) => typeof (value as Partial<Transport> | undefined)?.exec === "function", "expected a Transport");
const planOptions: z.ZodType<PlanSweepOptions> = z.strictObject({ on: transport, ...cancellableShape });
const jobEnd: z.ZodType<JobEnd> = z.looseObject({ kind: z.string(), tasks: z.array(z.lazy(() => jobEnd)).optional() });
const sweepOptions: z.ZodType<SweepOptions> = z.strictObject({
  on: transport,
  ...cancellableShape,
  outcome: jobEnd,
});

/**
 * Removes what a job has left: after it was cancelled while it waited, killed with its node, ended by its time limit, and
 * also what a removal that was killed has left. Doing it again is harmless.
 *
 * Guarantees: only the folder that {@link createScratch} made is removed, whatever stands in its place now; no symbolic
 * link is followed and no other file system is entered; a job that may still run keeps its files.
 * @throws PathRefusedError if what is there is not that folder; nothing was removed.
 * @throws HpckitError `sweep-incomplete` (retryable) if not all of it could be removed.
 */
export async function sweep(scratch: Scratch, options: SweepOptions): Promise<SweepResult> {
  const { on, outcome, signal } = parseOptions(sweepOptions, options, "sweep");
  const checked = checkScratch(scratch);
  if (!isFinal(outcome)) return { kind: "kept", reason: describeOpenEnd(outcome) };
  const result = await runScript(renderRemoval(checked), checked, { on, signal });
  const said = result.stdout.trim();
  if (said === "removed") return { kind: "removed", removed: checked.path };
  if (said === "absent") return { kind: "absent" };
  throw new OutputUnreadableError("sweep", "neither removed nor absent", said);
}

/**
 * Says what {@link sweep} would remove, and removes nothing.
 * @throws PathRefusedError as sweep does.
 */
export async function planSweep(scratch: Scratch, options: PlanSweepOptions): Promise<SweepPlan> {
  const checked = checkScratch(scratch);
  const { stdout } = await runScript(renderCount(checked), checked, parseOptions(planOptions, options, "planSweep"));
  if (stdout.trim() === "absent") return { kind: "absent" };
  const counted = /^(.*) (\d+) (\d+) (\d+)\n$/s.exec(stdout);
  if (counted === null) throw new OutputUnreadableError("find", "no totals", stdout);
  const [, found, files, folders, totalBytes] = counted;
  const path = found === `./${tombstoneName(checked)}` ? `${checked.root}/${tombstoneName(checked)}` : checked.path;
  return { kind: "remove", path, files: Number(files), folders: Number(folders), totalBytes: Number(totalBytes) };
}

/**
 * The removal as a command, for whoever can wait where this program cannot: a small job that depends on the end of the
 * first (`afterany`), or a crontab. Whoever starts it answers for the job having ended.
 */
export const sweepCommand = (scratch: Scratch): Recipe => compose(["/bin/sh", "-c", renderRemoval(checkScratch(scratch)).shell]);

const describeOpenEnd = ({ kind, tasks = [] }: JobEnd): string =>
  `the job is not known to have ended: its outcome is ${[kind, ...tasks.map((task) => task.kind)].map((each) => JSON.stringify(each)).join(", ")}`;

async function runScript(script: ShellExpression, scratch: Scratch, { on, signal }: PlanSweepOptions): Promise<ExecResult> {
  const result = await on.exec(["/bin/sh", "-c", script.shell], { signal });
  const said = result.stderr.trim();
  if (result.exitCode === keptStatus) throw refused(scratch.path, said.replace(`kept ${scratch.path}: `, () => ""));
  if (result.ok) return result;
  const message = `${scratch.path} is not wholly removed: ${said || "the removal was ended"}. Sweep again when its cause is gone.`;
  throw new HpckitError("sweep-incomplete", message, { retryable: true, detail: { path: scratch.path, exitCode: result.exitCode, signal: result.signal } });
}
