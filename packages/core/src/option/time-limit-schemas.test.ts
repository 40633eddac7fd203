import { expect, it } from "vitest";
import { z } from "zod";
import { parseOptions } from "./parse-options.js";
import { millisecondsFrom, millisecondsSchema, timeLimitSchema } from "./time-limit-schemas.js";

const schema = z.strictObject({ pauseMs: millisecondsSchema.optional(), timeoutMs: timeLimitSchema.optional() });

it("milliseconds are what a timer can wait, and a time limit may also be none", () => {
  for (const given of [{}, { pauseMs: 1, timeoutMs: 1 }, { pauseMs: 2 ** 31 - 1, timeoutMs: 2 ** 31 - 1 }, { timeoutMs: Infinity }]) expect(parseOptions(schema, given, "options")).toEqual(given);
});

it("all else is refused, with what can be given", () => {
  for (const [given, message] of [
    [0, "at least 1 millisecond"],
    [-5, "at least 1 millisecond"],
    [2 ** 31, "at most 2147483647 milliseconds (24 days): no timer waits longer"],
    [0.5, "a whole number of milliseconds from 1 to 2147483647 (24 days)"],
    [NaN, "a whole number of milliseconds from 1 to 2147483647 (24 days)"],
    ["5 s", "a whole number of milliseconds from 1 to 2147483647 (24 days)"],
  ] as const) {
    expect(() => parseOptions(schema, { pauseMs: given }, "options")).toThrow(new RegExp(String.raw`^options: pauseMs: ${message.replaceAll(/[()]/g, "\\$&")}`));
    expect(() => parseOptions(schema, { timeoutMs: given }, "options")).toThrow(`${message}; Infinity for no limit`);
  }
  expect(() => parseOptions(schema, { pauseMs: Infinity }, "options")).toThrow("pauseMs");
});

it("a least of one's own is the only limit below that is told", () => {
  const slow = z.strictObject({ intervalMs: millisecondsFrom(100) });
  expect(() => parseOptions(slow, { intervalMs: 0 }, "options")).toThrow(/^options: intervalMs: at least 100 milliseconds$/);
  expect(() => parseOptions(slow, { intervalMs: "1 s" }, "options")).toThrow("a whole number of milliseconds from 100 to 2147483647");
});
