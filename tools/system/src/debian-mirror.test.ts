import { describe, expect, it } from "vitest";
import { parseIndexTargets } from "./debian-mirror.js";

describe("the Debian mirror that apt uses", () => {
  it("is the first main archive, never the security archive", () => {
    const text = "Debian-Security|http://mirror.invalid/debian-security/\nDebian|http://mirror.invalid/debian/\nDebian|http://other.invalid/debian/";
    expect(parseIndexTargets(text)).toBe("http://mirror.invalid/debian/");
  });

  it("is absent where apt has no Debian source", () => {
    expect(parseIndexTargets("Ubuntu|http://mirror.invalid/ubuntu/\n")).toBeUndefined();
    expect(parseIndexTargets("")).toBeUndefined();
  });
});
