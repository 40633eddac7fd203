import { describe, expect, it } from "vitest";
import { OptionsError } from "../error/errors.js";
import { scriptedTransport } from "../testing/scripted-transport.js";
import { requireTransport } from "./require-transport.js";

describe("requireTransport", () => {
  it("takes a transport", () => {
    expect(() => requireTransport(scriptedTransport(() => ({})), "ensureImage")).not.toThrow();
  });

  it.each([
    [undefined, "nothing"],
    [null, "null"],
    ["login", "a text"],
    [{ root: "/images" }, "an object"],
    [Promise.resolve(scriptedTransport(() => ({}))), "a promise: await it"],
  ])("refuses %j, and names the argument and the function", (given, words) => {
    expect(() => requireTransport(given, "ensureImage")).toThrow(new OptionsError("ensureImage", [{ path: "on", message: `a Transport, as connectSsh and connectLocal give it, not ${words}` }]));
    expect(() => requireTransport(given, "copy", "from")).toThrow("copy: from: a Transport");
  });
});
