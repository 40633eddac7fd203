import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { commandLine, expand, joinWords, quote, raw } from "./word.js";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;#~=%^-, \t\n\r\u00e4\u{1f600}aZ0") }),
  fc.constantFrom("", "-", "--", "-n", "~", "*", "!", "if", "time", "a=b", "'", "\\", "$(id)", "`id`", "\n", "a\n", "\r\n", "'\r\n'", "#x"),
).map((text) => text.replaceAll("\0", "").replaceAll(/[\ud800-\udfff]/gu, ""));

describe.each(shells)("quote, read back by %s", (shell) => {
  it("brings every word back exactly, many at a time", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 40 }), (words) => {
        const { stdout } = runShell(shell, `printf '%s\\000' ${commandLine(words)}`);
        expect(stdout).toBe(words.map((word) => `${word}\0`).join(""));
      }),
      { numRuns: 40 },
    );
  });

  it("keeps a word a word where a command's name is expected", () => {
    for (const word of ["if", "case", "function", "{", "!", "A=1"]) {
      expect(runShell(shell, quote(word)).status, word).toBe(127);
    }
  });

  it("expands variables once, to one word, and nothing else", () => {
    fc.assert(
      fc.property(hostile, hostile.filter((text) => text !== ""), (literal, value) => {
        const word = expand(`${literal.replaceAll("$", "")}/\${V}`);
        const { stdout } = runShell(shell, `printf '%s\\001' ${quote(word)}`, { env: { V: value } });
        expect(stdout).toBe(`${literal.replaceAll("$", "")}/${value}\u0001`);
      }),
      { numRuns: 40 },
    );
  });

  it("ends the script where an expanded variable is unset or empty", () => {
    const script = `echo ${quote(expand("$GONE/run"))}; echo went on`;
    expect(runShell(shell, script)).toMatchObject({ stdout: "", stderr: expect.stringContaining("GONE") as string });
    expect(runShell(shell, script, { env: { GONE: "" } }).status).not.toBe(0);
  });
});

describe("words", () => {
  it("leaves plain words readable", () => {
    expect(commandLine(["sbatch", "--time=1-00:00:00", "a b", ""])).toBe("sbatch --time=1-00:00:00 'a b' ''");
  });

  it("writes no carriage return right before a line break, as sbatch takes no script with one", () => {
    fc.assert(fc.property(hostile, (word) => !quote(word).includes("\r\n")), { examples: [["a\r\nb"], ["\r\r\n\n"], ["'\r\n'"]] });
  });

  it("refuses a NUL character", () => {
    expect(() => quote("a\0b")).toThrow(RangeError);
    for (const word of [5, undefined, null, { shell: 5 }]) expect(() => quote(word as unknown as string)).toThrow(TypeError);
  });

  it("refuses a dollar sign that names no variable", () => {
    expect(() => expand("$(id)")).toThrow("must begin the name of a variable");
    expect(() => expand("${A:-/}")).toThrow(RangeError);
  });

  it("joins literal parts to a literal word, and keeps expressions", () => {
    expect(joinWords("a", "b c")).toBe("ab c");
    expect(joinWords("a b=", raw('"$X"'))).toEqual({ shell: `'a b='"$X"` });
  });
});
