import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import type { Outcome, OutcomeKind } from "../outcome/outcome.js";
import { growRequest } from "./grow-request.js";
import type { FailedTask, RetryRule } from "./retry-rule.js";

const gib = 1024 ** 3;
const ended = (kind: OutcomeKind): Outcome => ({ kind }) as Outcome;
const failed = (kind: OutcomeKind, changes: Partial<FailedTask> = {}): FailedTask => ({ task: 7, attempts: 1, outcome: ended(kind), memoryBytes: gib, timeSeconds: 3600, ...changes });
const endless = { memoryBytes: Infinity, timeSeconds: Infinity };
const rule = (changes: Partial<RetryRule> = {}): RetryRule => ({ on: ["failed"], ...changes });

describe("what a failed task asks for next", () => {
  it.each([
    ["twice the memory after it ran out of it", failed("out-of-memory"), rule(), endless, { memoryBytes: 2 * gib, timeSeconds: 3600 }],
    ["twice the time after it ran out of that", failed("timeout"), rule(), endless, { memoryBytes: gib, timeSeconds: 7200 }],
    ["the same after its node died", failed("node-failure"), rule(), endless, { memoryBytes: gib, timeSeconds: 3600 }],
    ["what was left to Slurm is left to it", failed("failed", { memoryBytes: undefined, timeSeconds: undefined }), rule(), endless, { memoryBytes: undefined, timeSeconds: undefined }],
    ["a factor of its own, in whole megabytes", failed("out-of-memory", { memoryBytes: 100 * 1024 ** 2 }), rule({ memory: { factor: 1.333 } }), endless, { memoryBytes: 134 * 1024 ** 2, timeSeconds: 3600 }],
    ["whole minutes", failed("timeout", { timeSeconds: 60 }), rule({ time: { factor: 1.1 } }), endless, { memoryBytes: gib, timeSeconds: 120 }],
    ["no more than its rule allows", failed("out-of-memory"), rule({ memory: { factor: 10, most: "3G" } }), endless, { memoryBytes: 3 * gib, timeSeconds: 3600 }],
    ["no more than the nodes have", failed("out-of-memory"), rule(), { ...endless, memoryBytes: 1.5 * gib }, { memoryBytes: 1.5 * gib, timeSeconds: 3600 }],
    ["no more than the partition allows", failed("timeout"), rule(), { ...endless, timeSeconds: 5400 }, { memoryBytes: gib, timeSeconds: 5400 }],
    ["what a function says, whatever the end", failed("failed"), rule({ memory: ({ memoryBytes = 0, attempts }) => ({ bytes: memoryBytes * (attempts + 2) }) }), endless, { memoryBytes: 3 * gib, timeSeconds: 3600 }],
    ["as before where a function says nothing", failed("out-of-memory"), rule({ memory: () => undefined }), endless, { memoryBytes: gib, timeSeconds: 3600 }],
    ["no limit, where a function wants none", failed("timeout"), rule({ time: () => "unlimited" }), endless, { memoryBytes: gib, timeSeconds: Infinity }],
    ["no more than there is where a function wants no limit", failed("timeout"), rule({ time: () => "unlimited" }), { ...endless, timeSeconds: 7200 }, { memoryBytes: gib, timeSeconds: 7200 }],
    ["no more than there is where a function wants more", failed("timeout"), rule({ time: () => "10h" }), { ...endless, timeSeconds: 7200 }, { memoryBytes: gib, timeSeconds: 7200 }],
  ] as const)("%s", (_, task, retry, caps, expected) => {
    expect(growRequest(task, retry, caps)).toEqual({ kind: "request", request: expected });
  });

  it.each([
    ["had all the memory that there is", failed("out-of-memory"), rule(), { ...endless, memoryBytes: gib }, /^it had too little memory with 1G, and 1G is the most that its partition/],
    ["had all the time that there is", failed("timeout"), rule(), { ...endless, timeSeconds: 3600 }, /time with 0-01:00:00/],
    ["had all that its rule allows", failed("out-of-memory"), rule({ memory: { factor: 2, most: "1G" } }), endless, /its rule allows/],
    ["asked for nothing that could grow", failed("out-of-memory", { memoryBytes: undefined }), rule(), endless, /asked for none that could grow/],
    ["had no time limit", failed("timeout", { timeSeconds: Infinity }), rule(), endless, /too little time/],
    ["had all that there is, where a function wants more", failed("out-of-memory"), rule({ memory: () => "9T" }), { ...endless, memoryBytes: gib }, /1G is the most/],
  ] as const)("is nothing better for one that %s", (_, task, retry, caps, why) => {
    expect(growRequest(task, retry, caps)).toEqual({ kind: "given-up", why: expect.stringMatching(why) as string });
  });

  it.each([
    ["no amount", rule({ memory: () => "much" })],
    ["less than none", rule({ memory: () => ({ bytes: -1 }) })],
    ["not a number", rule({ time: () => ({ seconds: NaN }) })],
    ["nothing, which is everything to Slurm", rule({ memory: () => "0" })],
    ["no time, which is no limit to Slurm", rule({ time: () => "0m" })],
  ])("is an error where a function gives %s", (_, retry) => {
    expect(() => growRequest(failed("failed"), retry, endless)).toThrow(OptionsError);
  });
});
