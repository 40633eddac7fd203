import { names, word, type NamesInput } from "../plain-values.js";
import type { Checked, Shape } from "./shape.js";

/** Whose account is charged for a job, and where it queues. */
export interface QueueFieldsInput {
  readonly account?: string | undefined;
  /** One partition, or several of which the first that can start the job takes it. */
  readonly partition?: NamesInput | undefined;
  /** One QOS; or several (since Slurm 24.11), of which the first has the highest priority. */
  readonly qos?: NamesInput | undefined;
  /** One reservation, or several of which one that can start the job soonest takes it. */
  readonly reservation?: NamesInput | undefined;
}

/** {@link QueueFieldsInput}, where several names are one text with commas. */
export type QueueFields = Checked<QueueFieldsInput, { partition: string; qos: string; reservation: string }>;

export const queueShape: Shape<QueueFields, QueueFieldsInput> = {
  account: word.optional(),
  partition: names("the name of a partition").optional(),
  qos: names("the name of a QOS").optional(),
  reservation: names("the name of a reservation").optional(),
};
