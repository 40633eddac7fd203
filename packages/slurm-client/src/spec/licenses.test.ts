import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLicenses, licensesSchema } from "./licenses.js";

const written = (input: unknown): string => formatLicenses(licensesSchema.parse(input));

describe("licences", () => {
  it("are all asked for, or any one of them", () => {
    expect(written(["matlab:2", "ansys", { name: "nastran", server: "slurmdb", count: 12 }])).toBe("matlab:2,ansys:1,nastran@slurmdb:12");
    expect(written({ anyOf: ["matlab:2", { name: "octave" }] })).toBe("matlab:2|octave:1");
  });

  it("come back as they were written", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_.-]{1,10}$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.record({ name: word, count: fc.integer({ min: 1, max: 1e6 }) }), { minLength: 1, maxLength: 5, selector: ({ name }) => name }), (licenses) => {
        expect(licensesSchema.parse(formatLicenses(licenses).split(","))).toEqual(licenses);
      }),
    );
  });

  it.each([[[]], [["matlab:0"]], [["a,b"]], [["a|b"]], [["a:1:2"]], [[" a"]], [["a", "a:2"]], [[{ name: "a:b" }]], ["matlab"], [{ anyOf: [] }]])("refuse %j", (input) => {
    expect(licensesSchema.safeParse(input).success).toBe(false);
  });
});
