import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { secret } from "./secret.js";

describe("secret", () => {
  it("shows itself nowhere but where it is asked for", () => {
    const value = secret("canary");
    const seen = [`${value.toString()}`, String(value), JSON.stringify({ value }), inspect({ value }, { depth: 9, showHidden: true }), Object.values(value).join()];
    expect(seen.join("\n")).not.toContain("canary");
    expect(value.reveal()).toBe("canary");
  });
});
