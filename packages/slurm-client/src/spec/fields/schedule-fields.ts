import type { Duration, DurationInput } from "@hpckit/core";
import { z } from "zod";
import { dependencySchema, type Dependency, type DependencyInput } from "../dependency.js";
import { momentSchema, type Moment, type MomentInput } from "../moment.js";
import { warningSignalSchema, type WarningSignal } from "../warning-signal.js";
import { flag } from "../plain-values.js";
import type { Checked, Shape } from "./shape.js";
import { someTime } from "./time-fields.js";

/** When a job may start, and what happens on its way. */
export interface ScheduleFieldsInput {
  /** Not before this. */
  readonly begin?: MomentInput | undefined;
  /** Removed from the queue where it could not end before this. Its partition or the job needs a time limit. */
  readonly deadline?: MomentInput | undefined;
  /** What must have happened before it may start. */
  readonly dependency?: DependencyInput | undefined;
  /** Whether it is cancelled once its dependency can never be fulfilled; by default the site decides (most let it wait). */
  readonly killOnInvalidDependency?: boolean | undefined;
  /** Waits until it is released. */
  readonly hold?: true | undefined;
  /** How far it steps back behind others; negative for operators only. */
  readonly nice?: number | undefined;
  /** For operators: a priority of its own, or above all others. */
  readonly priority?: number | "top" | undefined;
  /** A signal before the time limit, so that the job can save what it has. */
  readonly warningSignal?: WarningSignal | undefined;
  /** Whether it may be queued again after its node died or it was preempted; by default the site decides. `"expedite"`: at once and before others (Slurm 26.05, where the site allows it). */
  readonly requeue?: boolean | "expedite" | undefined;
  /** How long it waits for nodes with its features before one is rebooted into them; Slurm counts in minutes. */
  readonly delayBoot?: DurationInput | undefined;
  /** Reboots its nodes first; for operators only. */
  readonly reboot?: true | undefined;
}

/** {@link ScheduleFieldsInput} in seconds and plain ids. */
export type ScheduleFields = Checked<ScheduleFieldsInput, { begin: Moment; deadline: Moment; dependency: Dependency; delayBoot: Duration }>;

/** @see sbatch(1), `--nice` */
const mostNice = 2_147_483_645;

export const scheduleShape: Shape<ScheduleFields, ScheduleFieldsInput> = {
  begin: momentSchema.optional(),
  deadline: momentSchema.optional(),
  dependency: dependencySchema.optional(),
  killOnInvalidDependency: z.boolean().optional(),
  hold: flag.optional(),
  nice: z.int().min(-mostNice).max(mostNice).optional(),
  priority: z.union([z.int().positive({ error: "a whole number from 1: hold is what 0 means" }).max(4_294_967_293), z.literal("top")], { error: 'a whole number from 1, or "top"' }).optional(),
  warningSignal: warningSignalSchema.optional(),
  requeue: z.union([z.boolean(), z.literal("expedite")], { error: 'true, false or "expedite"' }).optional(),
  delayBoot: someTime.optional(),
  reboot: flag.optional(),
};
