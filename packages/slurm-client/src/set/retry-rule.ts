import { durationSchema, memorySizeSchema, type DurationInput, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import { count } from "../spec/plain-values.js";
import type { Outcome, OutcomeKind } from "../outcome/outcome.js";

/** Ends after which a task can be submitted again. What somebody cancelled is not. */
export type RetriedKind = Exclude<OutcomeKind, "completed" | "cancelled">;

/** A task that failed, as rules see it. */
export interface FailedTask {
  readonly task: number;
  /** How often it was submitted so far, from 1 on. */
  readonly attempts: number;
  readonly outcome: Outcome;
  /** What it had asked for: of the spec's `memory`, `memoryPerCpu` or `memoryPerGpu`; undefined where that was left to Slurm. */
  readonly memoryBytes: number | undefined;
  /** Undefined where that was left to the partition. */
  readonly timeSeconds: number | undefined;
}

/** How a request grows: by a factor, up to a most. What the partition, its nodes or a QOS allow is the most in any case. */
export interface Growth<Amount> {
  readonly factor: number;
  readonly most?: Amount | undefined;
}

/**
 * Which failed tasks are submitted again, and with what. They alone are: with the same index, in a new array.
 *
 * What a rule does not help is not tried again: a task that ran out of memory and can have no more, or out of time.
 */
export interface RetryRule {
  /**
   * `lost` says that nobody knows how a task ended: perhaps well, and perhaps it still runs. It is submitted again only if it stands here,
   * and may then run twice.
   */
  readonly on: readonly RetriedKind[];
  /** How often one task is submitted again at most (default 2). */
  readonly most?: number | undefined;
  /**
   * After `out-of-memory`: by default twice as much. A function is asked for every task that is submitted again, whatever its end, and
   * gives what it is to ask for; undefined: as before.
   */
  readonly memory?: Growth<MemorySizeInput> | ((failed: FailedTask) => MemorySizeInput | undefined) | undefined;
  /** After `timeout`: by default twice as much; else as `memory`. */
  readonly time?: Growth<DurationInput> | ((failed: FailedTask) => DurationInput | undefined) | undefined;
  /**
   * Nodes that later rounds leave out: one on which a node failure, a failed boot or a failed launch ended a task, or on which at least so
   * many tasks failed (default 3) and none completed, while tasks completed elsewhere. Never more than half of the partition. `false`: none.
   */
  readonly excludeNodes?: false | { readonly failures: number } | undefined;
}

const kinds = ["failed", "timeout", "out-of-memory", "never-started", "preempted", "node-failure", "deadline", "boot-failure", "lost"] as const satisfies readonly RetriedKind[];

const factor = z.number().gt(1, { error: "more than 1: else it would fail again" });
const ruleOf = <Amount>(amount: z.ZodType<unknown, Amount>) =>
  z
    .union([z.strictObject({ factor, most: z.custom<Amount>((value) => amount.safeParse(value).success, { error: "an amount as in the spec" }).optional() }), z.custom<(failed: FailedTask) => Amount | undefined>((value) => typeof value === "function")], {
      error: "{ factor, most }, or a function that gives what a failed task is to ask for",
    })
    .optional();

export const memoryRuleSchema = ruleOf<MemorySizeInput>(memorySizeSchema);
export const timeRuleSchema = ruleOf<DurationInput>(durationSchema);

const ends = { error: 'the ends after which a task is submitted again, e.g. ["out-of-memory", "timeout"]' };

export const retryRuleSchema: z.ZodType<RetryRule, RetryRule> = z.strictObject({
  on: z.array(z.enum(kinds), ends).min(1, ends),
  most: count.optional(),
  memory: memoryRuleSchema,
  time: timeRuleSchema,
  excludeNodes: z.union([z.literal(false), z.strictObject({ failures: count })], { error: "false, or { failures }, from so many on" }).optional(),
}, { error: 'e.g. { on: ["out-of-memory", "timeout"] }' });

const usualRetries = 2;

/** The part of a rule that is recorded: what is decided by it holds for every client. */
export const recordedRule = (retry: RetryRule | undefined): { readonly on: readonly string[]; readonly most: number } | undefined =>
  retry === undefined ? undefined : { on: retry.on, most: retry.most ?? usualRetries };
