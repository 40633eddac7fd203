import { z } from "zod";
import { text } from "../plain-values.js";
import type { Shape } from "./shape.js";

const mailTypes = ["BEGIN", "END", "FAIL", "REQUEUE", "ALL", "INVALID_DEPEND", "STAGE_OUT", "TIME_LIMIT", "TIME_LIMIT_90", "TIME_LIMIT_80", "TIME_LIMIT_50", "ARRAY_TASKS"] as const satisfies readonly MailType[];

/** Of what Slurm sends mail; `TIME_LIMIT_90` at 90 percent of the time limit, `ARRAY_TASKS` for each task of an array. */
export type MailType = "BEGIN" | "END" | "FAIL" | "REQUEUE" | "ALL" | "INVALID_DEPEND" | "STAGE_OUT" | "TIME_LIMIT" | "TIME_LIMIT_90" | "TIME_LIMIT_80" | "TIME_LIMIT_50" | "ARRAY_TASKS";

/** Mail that Slurm sends. */
export interface NoticeFields {
  /** By default there is no mail. */
  readonly mailTypes?: readonly MailType[] | undefined;
  /** An address, or a user; by default whoever submits. */
  readonly mailUser?: string | undefined;
}

export const noticeShape: Shape<NoticeFields, NoticeFields> = {
  mailTypes: z.array(z.enum(mailTypes, { error: `one of ${mailTypes.join(", ")}` }), { error: "a list of types of mail" }).min(1, { error: "no mail: leave it out" }).optional(),
  mailUser: text.optional(),
};
