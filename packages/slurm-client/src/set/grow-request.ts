import { formatSlurmMemory, formatSlurmTime, OptionsError, parseDuration, parseMemorySize } from "@hpckit/core";
import type { FailedTask, RetryRule } from "./retry-rule.js";
import type { ChangedRequest } from "./set-record.js";

/** The most that one task may ask for, in the units of the spec; `Infinity` where nothing bounds it. */
export interface RequestCaps {
  readonly memoryBytes: number;
  readonly timeSeconds: number;
}

/** What a failed task asks for next, or why there is nothing better than what failed. */
export type GrownRequest = { readonly kind: "request"; readonly request: ChangedRequest } | { readonly kind: "given-up"; readonly why: string };

const usualGrowth = { factor: 2 } as const;
const mebibyte = 1024 ** 2;

/**
 * Finds what a failed task asks for next.
 *
 * Guarantees: never more than the caps, and never less than before by growth.
 * @throws OptionsError for a function of the rule that gives what is no amount.
 */
export function growRequest(failed: FailedTask, { memory = usualGrowth, time = usualGrowth }: RetryRule, caps: RequestCaps): GrownRequest {
  const nextMemory = nextAmount(failed.memoryBytes, {
    name: "memory",
    isShort: failed.outcome.kind === "out-of-memory",
    wanted: typeof memory === "function" ? amountOf("memory", memory(failed), (size) => parseMemorySize(size).bytes) : { factor: memory.factor, most: memory.most === undefined ? Infinity : parseMemorySize(memory.most).bytes },
    cap: caps.memoryBytes,
    unit: mebibyte,
    show: (bytes) => formatSlurmMemory({ bytes }),
  });
  const nextTime = nextAmount(failed.timeSeconds, {
    name: "time",
    isShort: failed.outcome.kind === "timeout",
    wanted: typeof time === "function" ? amountOf("time", time(failed), (limit) => parseDuration(limit).seconds) : { factor: time.factor, most: time.most === undefined ? Infinity : parseDuration(time.most).seconds },
    cap: caps.timeSeconds,
    unit: 60,
    show: (seconds) => formatSlurmTime({ seconds }),
  });
  if (nextMemory.kind === "given-up") return nextMemory;
  if (nextTime.kind === "given-up") return nextTime;
  return { kind: "request", request: { memoryBytes: nextMemory.amount, timeSeconds: nextTime.amount } };
}

/** Nothing at all means everything to Slurm: all of a node's memory, or no limit. */
function amountOf<Amount>(name: string, given: Amount | undefined, read: (amount: Amount) => number): { readonly amount: number | undefined } {
  const amount = given === undefined ? undefined : read(given);
  if (amount === 0) throw new OptionsError("retry rule", [{ path: name, message: "the function gives 0: give an amount, or undefined for as much as before" }]);
  return { amount };
}

interface NextAmount {
  readonly name: string;
  /** Whether the task failed because it had too little of it. */
  readonly isShort: boolean;
  /** What a function gave, or how it grows. */
  readonly wanted: { readonly amount: number | undefined } | { readonly factor: number; readonly most: number };
  readonly cap: number;
  /** Slurm counts in these. */
  readonly unit: number;
  readonly show: (amount: number) => string;
}

type Next = { readonly kind: "amount"; readonly amount: number | undefined } | { readonly kind: "given-up"; readonly why: string };

function nextAmount(asked: number | undefined, { name, isShort, wanted, cap, unit, show }: NextAmount): Next {
  const grows = "factor" in wanted;
  const wished = !grows ? wanted.amount : isShort ? (asked ?? NaN) * wanted.factor : undefined;
  if (wished === undefined) return { kind: "amount", amount: asked };
  if (Number.isNaN(wished)) return { kind: "given-up", why: `it had too little ${name}, and asked for none that could grow` };
  const most = grows ? Math.min(cap, wanted.most) : cap;
  // A cap that is no whole unit would be rounded up over there.
  const next = Math.min(Math.ceil(wished / unit) * unit, Math.floor(most / unit) * unit);
  const isNoMore = isShort && asked !== undefined && next <= asked && (grows || wished > asked);
  if (!isNoMore) return { kind: "amount", amount: next };
  return { kind: "given-up", why: `it had too little ${name} with ${show(asked)}, and ${show(most)} is the most that ${most < cap ? "its rule allows" : "its partition, nodes, QOS and association allow"}` };
}
