import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { quoteCsh, quoteFish } from "./other-shells.js";

const hostile = ["", "a b", "it's", "!", "!!", "a!b", "\\!", "\\", "\\'", "$HOME", "`id`", "$(id)", '"', "*", "~", "#x", "a\nb", "\n", "é—", "!\n!", "\\\n", "%1", "^a^b", "'\\''", "\t"];
const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."ab !\\'\"$`\n#~*^%(){}[];&|<>") }), fc.constantFrom(...hostile));
const words = fc.array(text.filter((word) => !word.includes("\0")), { minLength: 1, maxLength: 40 });

const makeFolder = scratchFolders("hpckit-other-shells-");

/** What `printf` of the machine gets, each word ended by a NUL. */
function readBack(program: readonly string[], script: string, quoted: readonly string[], begin: string): readonly string[] {
  const [shell = "", ...options] = program;
  writeFileSync(script, begin + quoted.map((word) => `/usr/bin/printf '%s\\0' ${word}\n`).join(""));
  const { stdout, stderr } = spawnSync(shell, [...options, script], { encoding: "utf8", env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8", HOME: "/nonexistent" } });
  if (stderr !== "") throw new Error(stderr);
  return stdout.split("\0").slice(0, -1);
}

describe.each([
  { shell: "tcsh", program: ["tcsh", "-f"], quoted: quoteCsh },
  { shell: "tcsh with backslash_quote", program: ["tcsh", "-f"], begin: "set backslash_quote\n", quoted: quoteCsh },
  { shell: "fish", program: ["fish", "--no-config"], quoted: quoteFish },
])("a word for $shell", ({ program, quoted, begin = "" }) => {
  it("is read back byte for byte", () => {
    const script = join(makeFolder(), "script");
    expect(readBack(program, script, hostile.map(quoted), begin)).toEqual(hostile);
    fc.assert(
      fc.property(words, (list) => {
        expect(readBack(program, script, list.map(quoted), begin)).toEqual(list);
      }),
      { numRuns: 25 },
    );
  });

  it("holds no NUL character", () => {
    expect(() => quoted("a\0")).toThrow(RangeError);
  });
});
