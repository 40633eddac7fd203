import { parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { historyFilterSchema, listFilterSchema } from "./job-filter.js";

describe("states of a filter", () => {
  it.each([
    [["running"], '"running" is no state; did you mean "RUNNING"?'],
    [["PENDING", "nothing"], '"nothing" is no state; they are PENDING, RUNNING'],
    [[5], "5 is no state"],
  ])("that are none are named: %j", (states, message) => {
    expect(() => parseOptions(listFilterSchema, { states }, "jobs.list")).toThrow(message);
    expect(() => parseOptions(historyFilterSchema, { ids: ["1"], states }, "jobs.history")).toThrow(message);
  });

  it("are a list, or all of the queue's", () => {
    expect(() => parseOptions(listFilterSchema, { states: "RUNNING" }, "jobs.list")).toThrow('a list of states such as ["PENDING"], or "all"');
    expect(() => parseOptions(historyFilterSchema, { ids: ["1"], states: "all" }, "jobs.history")).toThrow('states: a list of states such as ["PENDING"]');
    expect(parseOptions(listFilterSchema, { states: "all" }, "jobs.list")).toEqual({ states: "all" });
  });
});

it("a moment of a filter is a Date", () => {
  expect(() => parseOptions(historyFilterSchema, { since: "yesterday" }, "jobs.history")).toThrow('since: a Date, e.g. new Date("2027-01-02T03:04:05Z")');
  expect(() => parseOptions(listFilterSchema, { submittedSince: new Date(NaN) }, "jobs.list")).toThrow("submittedSince: a Date");
});
