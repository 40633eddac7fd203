import { describe, expect, it, vi } from "vitest";
import { secret } from "../secret/secret.js";
import { AbortedError, HpckitError, OptionsError, TransportError } from "./index.js";

describe("errors", () => {
  it("carry code, detail, cause and whether to try again", () => {
    const cause = new Error("socket closed");
    const error = new TransportError("connection-lost", "login.example: the connection was lost", { cause, detail: { host: "login.example" } });
    expect(error).toMatchObject({ name: "TransportError", code: "connection-lost", retryable: true, cause, detail: { host: "login.example" } });
    expect(new TransportError("host-key-refused", "refused").retryable).toBe(false);
  });

  it("are JSON with their message, and without a secret's value", () => {
    const error = new TransportError("connection-lost", "login.example: the connection was lost", { cause: new Error("socket"), detail: { host: "login.example", token: secret("value") } });
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: { name: "TransportError", code: "connection-lost", message: "login.example: the connection was lost", retryable: true, detail: { host: "login.example", token: "[secret]" } },
    });
  });

  it("are told apart by class", () => {
    const error: unknown = new OptionsError("job spec", [{ path: "time", message: "too long" }, { path: "", message: "no command" }]);
    expect(error).toBeInstanceOf(OptionsError);
    expect(error).toBeInstanceOf(HpckitError);
    expect(error).not.toBeInstanceOf(AbortedError);
    expect(new Error("other")).not.toBeInstanceOf(HpckitError);
    expect(error).toMatchObject({ message: "job spec: time: too long; no command" });
  });

  it("list what is wrong in one line, or in a line each behind one that counts them", () => {
    const issues = Array.from({ length: 12 }, (_, at) => ({ path: `A${at}`, message: "wrong" }));
    expect(new OptionsError("x", issues.slice(0, 2)).message).toBe("x: A0: wrong; A1: wrong");
    expect(new OptionsError("x", issues.slice(0, 1), { layout: "list" }).message).toBe("x: A0: wrong");
    expect(new OptionsError("x", issues, { layout: "list" }).message).toMatch(/^x: 12 faults\n {2}A0: wrong\n(?: {2}A\d: wrong\n){9} {2}and 2 more$/);
  });

  it("are recognised by another copy of the package", async () => {
    vi.resetModules();
    const copy = await import("./index.js");
    expect(copy.OptionsError).not.toBe(OptionsError);
    expect(new OptionsError("x", [])).toBeInstanceOf(copy.OptionsError);
    expect(new OptionsError("x", [])).toBeInstanceOf(copy.HpckitError);
    expect(new OptionsError("x", [])).not.toBeInstanceOf(copy.TransportError);
  });
});
