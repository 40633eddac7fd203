import { parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { connectionShape } from "./connection-options.js";

const parse = (options: object): unknown => parseOptions(z.strictObject(connectionShape), options, "options");

describe("the options of a connection", () => {
  it("take every form that is documented", () => {
    for (const options of [{}, { reconnect: false }, { reconnect: {} }, { ownConnection: true }, { reconnect: { firstPauseMs: 1, longestPauseMs: 2, failuresToOpen: 3 } }, { manners: { loginsPerMinute: Infinity, commandsPerMinute: 1 } }]) {
      expect(parse(options)).toEqual(options);
    }
  });

  it("take time limits that a timer can keep, and Infinity for none", () => {
    for (const connectTimeoutMs of [1, 2 ** 31 - 1, Infinity]) expect(parse({ connectTimeoutMs })).toEqual({ connectTimeoutMs });
    expect(() => parse({ connectTimeoutMs: 2 ** 31 })).toThrow("connectTimeoutMs: at most 2147483647 milliseconds (24 days): no timer waits longer; Infinity for no limit");
    expect(() => parse({ reconnect: { longestPauseMs: 2 ** 31 } })).toThrow("reconnect.longestPauseMs: at most 2147483647 milliseconds (24 days)");
  });

  it("refuse what makes no sense, and name what was mistyped", () => {
    expect(() => parse({ manners: { loginsPerMinute: 0 } })).toThrow("manners.loginsPerMinute: a whole number from 1 on, or Infinity");
    expect(() => parse({ manners: { loginsPerMinute: 0.5 } })).toThrow("a whole number from 1 on, or Infinity");
    expect(() => parse({ manners: { loginPerMinute: 4 } })).toThrow('did you mean "loginsPerMinute"?');
    expect(() => parse({ reconnect: true })).toThrow("false, or { firstPauseMs, longestPauseMs, failuresToOpen }");
    expect(() => parse({ reconnect: { firstPauseMs: -1 } })).toThrow("firstPauseMs");
    expect(() => parse({ reconnect: { firstPause: 1 } })).toThrow('did you mean "firstPauseMs"?');
  });
});
