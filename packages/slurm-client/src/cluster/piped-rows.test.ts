import { OutputUnreadableError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePipedRows } from "./piped-rows.js";

const parse = (stdout: string): unknown => parsePipedRows(stdout, ["a", "b", "c"], "sacctmgr");

describe("rows with a bar between their fields", () => {
  it("are whole, also where a name holds a line break", () => {
    expect(parse("1|2|3\n||\n q\nx|5|\n")).toEqual([{ a: "1", b: "2", c: "3" }, { a: "", b: "", c: "" }, { a: " q\nx", b: "5", c: "" }]);
    expect(parse("")).toEqual([]);
  });

  it.each(["1|2|3|4\n", "1|2\n", "1|2|3\n4|5\n", "junk"])("are not guessed: %j", (stdout) => {
    expect(() => parse(stdout)).toThrow(OutputUnreadableError);
  });

  it("are read back as they were written, whatever they hold but bars", () => {
    const field = fc.string().map((text) => text.replaceAll(/[|\n]/g, ""));
    fc.assert(
      fc.property(fc.array(fc.record({ a: field, b: field, c: field }), { minLength: 1 }), (rows) => {
        expect(parse(`${rows.map(({ a, b, c }) => [a, b, c].join("|")).join("\n")}\n`)).toEqual(rows);
      }),
    );
  });
});
