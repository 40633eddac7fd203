import { describe, expect, it } from "vitest";
import { packageNames } from "../config/packages.js";
import { readApiReports } from "./api-report.js";

describe.each(packageNames)("the public interface of %s", (name) => {
  it("is the one written down (npm run api -- --update writes it anew)", async () => {
    for (const { text, written } of await readApiReports(name)) expect(text).toBe(written);
  });
});
