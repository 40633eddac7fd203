import { describe, expect, it } from "vitest";
import { guardCommand } from "./guard-command.js";

describe("the guard", () => {
  it("holds nothing that a login shell would change inside single quotes", () => {
    expect(guardCommand).not.toMatch(/['!\n]/);
    expect(guardCommand.replaceAll(/\\["$]/g, "")).not.toContain("\\");
  });
});
