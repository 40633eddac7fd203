import { inspect } from "node:util";
import { CommandFailedError, HpckitError, secret, TransportError, type ExecResult } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { redactValue } from "./redact-value.js";

const canary = "c4n4ry-7f3a";
const secrets = [secret(canary)];
const everything = (value: unknown): string => inspect(value, { depth: Infinity, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity });

describe("a value that holds a secret", () => {
  it("is copied without it: in messages, stacks, causes, details and errors within errors", () => {
    const cause = Object.assign(new RangeError(`socket of ${canary}`), { code: "ECANARY", errno: -1 });
    const error = new TransportError("noise", `it said ${canary}`, { cause, detail: { said: [canary, { deep: canary }], host: "h", errors: new AggregateError([new Error(canary)], canary) } });
    const clean = redactValue(error, secrets);
    expect(everything(clean)).not.toContain(canary);
    expect(clean).toBeInstanceOf(TransportError);
    expect(clean).toMatchObject({ name: "TransportError", code: "noise", retryable: false, message: "it said [secret]", detail: { host: "h", said: ["[secret]", { deep: "[secret]" }] } });
    expect(clean.cause).toBeInstanceOf(RangeError);
    expect(clean.cause).toMatchObject({ code: "ECANARY", message: "socket of [secret]" });
    expect(clean.stack).toMatch(/^TransportError: it said \[secret\]\n {4}at /);
    expect(Object.keys(clean)).toEqual(Object.keys(error));
    expect(inspect(clean)).toMatch(/^TransportError: it said \[secret\]\n {4}at /);
    expect(error.message).toContain(canary);
  });

  it("is given back as it is where it holds none", () => {
    const error = new HpckitError("x", "innocent", { detail: { list: [1] } });
    expect(redactValue(error, secrets)).toBe(error);
    expect(redactValue(error, [])).toBe(error);
    expect(redactValue(null, secrets)).toBeNull();
  });

  it("keeps what programs decide by, however weak the secret is", () => {
    expect(redactValue({ kind: "exec", code: "exec", argv: ["exec"] }, [secret("exec")])).toEqual({ kind: "exec", code: "exec", argv: ["[secret]"] });
  });

  it("may lead back to itself", () => {
    const error = new Error(canary);
    const detail: Record<string, unknown> = { error };
    Object.assign(error, { detail });
    const clean = redactValue(error, secrets) as Error & { detail: { error: unknown } };
    expect(clean.detail.error).toBe(clean);
    expect(everything(clean)).not.toContain(canary);
  });

  it("may be a command's result, with its bytes", () => {
    const stdout = `é ${canary}`;
    const result: ExecResult = { argv: ["echo", canary], exitCode: 1, signal: undefined, ok: false, stdout, stderr: canary, stdoutBytes: Buffer.from(stdout), durationMs: 1 };
    const error = new CommandFailedError(redactValue(result, secrets));
    expect(everything(error)).not.toContain(canary);
    expect(Buffer.from(error.result.stdoutBytes).toString()).toBe("é [secret]");
  });

  it("may be what a caller aborts with", () => {
    const clean = redactValue(new DOMException(`because of ${canary}`, "TimeoutError"), secrets);
    expect(everything(clean)).not.toContain(canary);
    expect(clean).toMatchObject({ name: "TimeoutError", message: "because of [secret]" });
    const signal = AbortSignal.abort(canary);
    expect(redactValue({ signal }, secrets).signal).toBe(signal);
  });
});
