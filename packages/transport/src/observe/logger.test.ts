import { secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { describeEvent, levelOf, type LogLevel } from "./logger.js";
import { observe } from "./observation.js";
import type { EventBodies, EventKind, TransportEvent } from "./transport-event.js";

const error = { name: "TransportError", code: "connection-lost", message: "the connection was lost" };
const named = (message: string): typeof error => ({ ...error, message });
const target = { host: "login", user: "alice", kind: "ssh" } as const;
const connection = { connectionId: "c", attempt: 1 };
const copy = { operationId: "o", operation: "upload", from: "a", to: "b" } as const;
const sync = { operationId: "o", direction: "up", from: "a", to: "b" } as const;
const command = { operationId: "o", operation: "batch", argv: ["squeue", "--me"], durationMs: 12_345 } as const;

/** What cannot be made to happen here at will is told by hand. */
const lines: { readonly [Kind in EventKind]?: readonly (readonly [body: EventBodies[Kind], level: LogLevel, line: string])[] } = {
  "connection-opening": [
    [{ ...connection, attempt: 3 }, "debug", "connecting again, attempt 3"],
    [{ ...connection, shared: true }, "debug", "connecting, over a connection that is shared"],
  ],
  "connection-opened": [[{ ...connection, durationMs: 3, shared: true }, "info", "connected, over a connection that is shared, 3 ms"]],
  "connection-closed": [[{ ...connection, shared: true }, "info", "closed, and the connection stays for those who share it"]],
  "connection-refused": [
    [{ ...connection, durationMs: 5, error: named("alice@login:2222: refused") }, "warn", "no connection: refused"],
    [{ ...connection, durationMs: 5, error: named("alice@gate: refused") }, "warn", "no connection: alice@gate: refused"],
  ],
  "connection-lost": [[{ ...connection, error: named("login: the connection was lost") }, "warn", "the connection was lost"]],
  "login-waiting": [
    [{ waitMs: 15_000, reason: "budget" }, "info", "the login waits 15 s (budget)"],
    [{ reason: "turn", account: "alice@gate" }, "info", "the login to alice@gate waits (turn)"],
    [{ reason: "turn", account: "alice@login" }, "info", "the login waits (turn)"],
  ],
  "login-ended": [
    [{ account: "alice@gate", inLastMinute: 2 }, "debug", "logins to alice@gate in the last minute: 2"],
    [{ account: "alice@login:2222", inLastMinute: 1, error }, "debug", "logins in the last minute: 1"],
  ],
  "command-waiting": [[{ waitMs: 400, perMinute: 30 }, "info", "a command waits 400 ms, as at most 30 a minute are wanted"]],
  "login-suspended": [[{ failures: 5, forMs: 60_000 }, "error", "no login for 60 s, after 5 failures"]],
  "login-asked": [[{ host: "login", prompts: ["One-time password:"] }, "info", "asks: One-time password:"], [{ host: "gate", prompts: ["Code:"] }, "info", "gate asks: Code:"]],
  "login-answered": [[{ durationMs: 900 }, "info", "answered, 900 ms"]],
  "account-begun": [[{ operationId: "o" }, "debug", "asking sudo"]],
  "account-ended": [[{ operationId: "o", durationMs: 1.4 }, "info", "sudo: allowed, 1 ms"], [{ operationId: "o", durationMs: 1, error }, "info", "sudo: the connection was lost, 1 ms"]],
  "command-begun": [[{ ...command, commands: 20, stdinBytes: 0 }, "debug", "batch of 20, squeue --me first"]],
  "command-ended": [
    [{ ...command, ended: 20, failed: 1 }, "debug", "squeue --me: 20 ended, 1 of them not with 0, 12 s"],
    [{ ...command, operation: "exec", error: named("squeue: exit status 1") }, "warn", "squeue --me: exit status 1, 12 s"],
    [{ ...command, operation: "exec", signal: "SIGKILL" }, "debug", "squeue --me: signal SIGKILL, 12 s"],
    [{ ...command, operation: "exec", error: { ...error, code: "aborted", message: "aborted by the caller" } }, "info", "squeue --me: aborted by the caller, 12 s"],
  ],
  "file-begun": [[{ operationId: "o", operation: "rename", path: "a", to: "b" }, "debug", "rename a to b"]],
  "file-ended": [
    [{ operationId: "o", operation: "readFile", path: "a", durationMs: 1, error: named("readFile a on login: cat: a: No such file") }, "warn", "readFile a: cat: a: No such file, 1 ms"],
    [{ operationId: "o", operation: "readFile", path: "a", durationMs: 1, error: named("readFile apart: odd") }, "warn", "readFile a: readFile apart: odd, 1 ms"],
  ],
  "copy-progressed": [[{ operationId: "o", transferredBytes: 1, totalBytes: 2 }, "debug", "1 of 2 bytes"]],
  "copy-ended": [[{ ...copy, durationMs: 1, error: named("upload b on login: denied") }, "warn", "upload a to b: denied, 1 ms"]],
  "sync-begun": [[sync, "debug", "sync up, a to b"]],
  "sync-ended": [[{ ...sync, durationMs: 1, copied: 3, removed: 1 }, "info", "sync up, a to b: 3 copied, 1 removed, 1 ms"]],
  "forward-ended": [[{ operationId: "o", address: "node:80", durationMs: 1 }, "debug", "connecting to node:80: connected, 1 ms"]],
};

describe("a line of a log", () => {
  for (const [kind, cases] of Object.entries(lines)) {
    it(`tells of ${kind}`, () => {
      for (const [body, level, line] of cases) {
        const event = { kind, atMs: 0, transportId: "t", target, ...body } as TransportEvent;
        expect([levelOf(event), describeEvent(event)]).toEqual([level, `alice@login: ${line}`]);
      }
    });
  }

  it("is told by whoever knows of it, without the secrets that the transport keeps", () => {
    const told: unknown[] = [];
    const log = (event: TransportEvent, message: string): void => void told.push(event, message);
    const observation = observe(target, { logger: { debug: log, info: log, warn: log, error: log } });
    observation.keepSecret(secret("482913"));
    observation.keepSecret(undefined);
    observation.as("service").emit("login-asked", () => ({ host: "login", prompts: ["Is 482913 right?"] }));
    expect(told).toEqual([
      { kind: "login-asked", atMs: expect.any(Number) as number, transportId: expect.stringMatching(/^[0-9a-f]{8}$/) as string, target: { ...target, user: "service" }, host: "login", prompts: ["Is [secret] right?"] },
      "service@login: asks: Is [secret] right?",
    ]);
  });

  it("is not even made where nobody listens", () => {
    observe(target).emit("login-suspended", () => expect.fail("a body was made"));
  });
});
