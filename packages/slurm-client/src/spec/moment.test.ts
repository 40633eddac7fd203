import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMoment, momentSchema } from "./moment.js";

const written = (input: unknown): string => formatMoment(momentSchema.parse(input));

describe("a moment", () => {
  it("is written in seconds of no time zone", () => {
    expect(written(new Date(1_830_000_000_000))).toBe("uts1830000000");
    expect(written("2027-12-28T13:20:00Z")).toBe("uts1830000000");
    expect(written("2027-12-28T14:20+01:00")).toBe("uts1830000000");
    expect(written({ in: "1h30m" })).toBe("now+5400seconds");
  });

  it("is never before what was asked, and less than a second after", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(1e9), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true }), (date) => {
        const late = Number(written(date).slice(3)) * 1000 - date.getTime();
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThan(1000);
        expect(written(date.toISOString())).toBe(written(date));
      }),
    );
  });

  it.each(["16:00", "tomorrow", "teatime", "now+1hour", "2027-01-02T03:04:05", "2027-13-01T00:00:00Z", "1830000000", 1_830_000_000, new Date(NaN), new Date(0), { in: "unlimited" }, { in: "5" }, {}])("refuses %j", (input) => {
    expect(momentSchema.safeParse(input).success).toBe(false);
  });
});
