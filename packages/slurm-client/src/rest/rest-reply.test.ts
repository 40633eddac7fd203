import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { ControllerUnreachableError, RestAuthenticationError, SlurmRestError } from "../error/slurm-error.js";
import { recordedServers } from "./fixtures/exchanges.js";
import { findRefusal, readReply, restFailure } from "./rest-reply.js";

describe.each(recordedServers)("slurmrestd $version", ({ version, reply }) => {
  const failureOf = (what: string): Error => restFailure(reply(what), what);
  const isOld = version === "v0.0.38";

  it("has no problem where it did as it was asked", () => {
    for (const what of ["ping", "queue of all", "accounting of all", "submit", "cancel a job"]) expect(reply(what).problems).toEqual([]);
  });

  it("tells by a number alone that it knows no such job, whatever the status", () => {
    expect(reply("queue of an unknown job")).toMatchObject({ status: isOld ? 500 : 404, problems: [{ number: 2017 }] });
  });

  it("without its controller gives an error that may be tried again, never an empty queue", () => {
    for (const what of ["queue of all", "queue of one", "cancel"]) {
      const answer = reply(`${what}, without the controller`);
      expect(answer.problems.map(({ number }) => number)).not.toContain(2017);
      expect(failureOf(`${what}, without the controller`)).toMatchObject({ retryable: true });
    }
    // 22.05 lost the reason on the way.
    expect(failureOf("queue of all, without the controller")).toBeInstanceOf(isOld ? SlurmRestError : ControllerUnreachableError);
    expect(failureOf("accounting, without its daemon")).toMatchObject({ code: "slurm-rest-failed", retryable: true });
  });

  it("does not take a bad token, and says so where it can", () => {
    if (isOld) expect(failureOf("a bad token")).toBeInstanceOf(SlurmRestError);
    else expect(failureOf("a bad token")).toBeInstanceOf(RestAuthenticationError);
    expect(findRefusal(reply("a bad token"), false)).toBe(isOld ? undefined : "certain");
    expect(findRefusal(reply("a bad token"), true)).toBe(isOld ? "possible" : "certain");
    expect(findRefusal(reply("a bad token for accounting"), false)).toBe(isOld ? "certain" : "possible");
    expect(findRefusal(reply("queue of an unknown job"), true)).toBeUndefined();
  });

  it("looks as if it refused the token, but not for certain, where a daemon is gone", () => {
    expect(findRefusal(reply("accounting, without its daemon"), false)).toBe("possible");
    for (const what of ["queue of all", "queue of one", "cancel"]) expect(findRefusal(reply(`${what}, without the controller`), true)).not.toBe("certain");
  });

  it("has no such address in versions that it does not speak", () => {
    expect(() => reply("a version that it does not speak")).toThrow(expect.objectContaining({ code: "slurm-rest-failed", detail: { status: 404 } }) as Error);
  });

  it("gives the cause of a submission that it refused by number", () => {
    expect(reply("submit to an unknown partition").problems).toMatchObject([{ number: 2000 }]);
  });
});

describe("an answer", () => {
  const read = (status: number, body: string, contentType = "application/json"): unknown => readReply({ status, body, contentType }, "slurmrestd GET job/1");

  it.each([
    [200, "<html>Sign in</html>", "text/html"],
    [200, '{"jobs": [', "application/json"],
    [200, "", ""],
    [200, "[]", "application/json"],
    [200, '{"errors": "none"}', "application/json"],
    [502, "Bad Gateway", "text/plain"],
  ])("of %i with %s is none of slurmrestd", (status, body, type) => {
    expect(() => read(status, body, type)).toThrow(OutputUnreadableError);
  });

  it("of 404 is slurmrestd's own where it says so; else there is no such address", () => {
    expect(read(404, '{"jobs": [], "meta": {}, "errors": [{"error_number": 2017, "error": "Invalid job id specified"}]}')).toMatchObject({ problems: [{ number: 2017 }] });
    for (const body of ['{"message": "no route"}', '{"errors": [{"error": "no such path"}]}', "<html>", ""]) {
      expect(() => read(404, body)).toThrow(expect.objectContaining({ code: "slurm-rest-failed", retryable: false, message: expect.stringContaining("no such address") as string }) as Error);
    }
  });

  it("that redirects is not followed", () => {
    expect(() => read(302, "")).toThrow(/redirects are not followed/);
  });

  it("of failure without a word has a problem all the same", () => {
    expect(read(500, "{}")).toMatchObject({ problems: [{ number: undefined, text: "HTTP 500" }] });
    expect(() => read(401, "Authentication failure", "text/plain")).toThrow(RestAuthenticationError);
  });

  it("of status 200 with an error inside has failed", () => {
    expect(read(200, '{"jobs": [], "errors": [{"error_code": 5004, "error": "Socket timed out on send/recv operation"}]}')).toMatchObject({ problems: [{ number: 5004 }] });
  });
});
