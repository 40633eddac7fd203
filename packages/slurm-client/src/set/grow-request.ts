import { parseDuration, parseMemorySize } from "@hpckit/core";
import type { FailedTask, RetryRule } from "./retry-rule.js";
import type { ChangedRequest } from "./set-record.js";

/** The most that one task may ask for, in the units of the spec; `Infinity` where nothing bounds it. */
export interface RequestCaps {
  readonly memoryBytes: number;
  readonly timeSeconds: number;
}

const usualGrowth = { factor: 2 } as const;
const mebibyte = 1024 ** 2;

/**
 * What a failed task asks for next; undefined if there is nothing better than what failed.
 *
 * Guarantees: never more than the caps, and never less than before by growth.
 */
export function growRequest(failed: FailedTask, { memory = usualGrowth, time = usualGrowth }: RetryRule, caps: RequestCaps): ChangedRequest | undefined {
  const memoryBytes = nextAmount(failed.memoryBytes, {
    isShort: failed.outcome.kind === "out-of-memory",
    wanted: typeof memory === "function" ? amountOf(memory(failed), (size) => parseMemorySize(size).bytes) : { factor: memory.factor, most: memory.most === undefined ? Infinity : parseMemorySize(memory.most).bytes },
    cap: caps.memoryBytes,
    unit: mebibyte,
  });
  const timeSeconds = nextAmount(failed.timeSeconds, {
    isShort: failed.outcome.kind === "timeout",
    wanted: typeof time === "function" ? amountOf(time(failed), (limit) => parseDuration(limit).seconds) : { factor: time.factor, most: time.most === undefined ? Infinity : parseDuration(time.most).seconds },
    cap: caps.timeSeconds,
    unit: 60,
  });
  if (memoryBytes === "no-more" || timeSeconds === "no-more") return undefined;
  return { memoryBytes, timeSeconds };
}

const amountOf = <Amount>(given: Amount | undefined, read: (amount: Amount) => number): { readonly amount: number | undefined } => ({ amount: given === undefined ? undefined : read(given) });

interface NextAmount {
  /** Whether the task failed because it had too little of it. */
  readonly isShort: boolean;
  /** What a function gave, or how it grows. */
  readonly wanted: { readonly amount: number | undefined } | { readonly factor: number; readonly most: number };
  readonly cap: number;
  /** Slurm counts in these. */
  readonly unit: number;
}

function nextAmount(asked: number | undefined, { isShort, wanted, cap, unit }: NextAmount): number | "no-more" | undefined {
  const whole = (amount: number): number => Math.min(Math.ceil(amount / unit) * unit, cap);
  if ("amount" in wanted) return wanted.amount === undefined ? asked : whole(wanted.amount);
  if (!isShort) return asked;
  // Without a request of its own there is nothing that could grow.
  if (asked === undefined) return "no-more";
  const next = Math.min(whole(asked * wanted.factor), Math.max(wanted.most, 0));
  return next > asked ? next : "no-more";
}
