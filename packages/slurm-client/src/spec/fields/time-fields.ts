import { durationSchema, type Duration, type DurationInput } from "@hpckit/core";
import type { Checked, Shape } from "./shape.js";

/** How long a job may run. */
export interface TimeFieldsInput {
  /** Time limit; Slurm rounds up to whole minutes. By default the partition's. Zero is refused: Slurm takes it for `"unlimited"`. */
  readonly time?: DurationInput | undefined;
  /** The time limit may be lowered to no less than this, if the job then starts sooner. */
  readonly timeMin?: DurationInput | undefined;
}

/** {@link TimeFieldsInput} in seconds; `Infinity` for no limit. */
export type TimeFields = Checked<TimeFieldsInput, { time: Duration; timeMin: Duration }>;

export const someTime = durationSchema.refine(({ seconds }) => seconds > 0 && Number.isFinite(seconds), { error: "a time that passes" });

export const timeShape: Shape<TimeFields, TimeFieldsInput> = {
  time: durationSchema.refine(({ seconds }) => seconds > 0, { error: 'Slurm takes 0 for unlimited: say how long, or "unlimited"' }).optional(),
  timeMin: someTime.optional(),
};
