import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isKeptByShells } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { ConfigError } from "../config/config-error.js";
import { loadConfig } from "../config/load-config.js";
import { parseBashConfig, readBashConfig, type BashConfig } from "./bash-config.js";

const scratch = scratchFolders("bash-");

/** What a bash that sources the file has for a part that is assigned elsewhere. */
const outside: Readonly<Record<string, string>> = { OUTER: "o 'u\"t\n$A *", HOME: "/home/x" };

/** The values by our reading, replaced in the order of the file. */
function valuesOf({ variables }: BashConfig): Readonly<Record<string, string>> {
  const values: Record<string, string> = { ...outside };
  for (const { name, parts } of variables) values[name] = parts.map((part) => (part.kind === "text" ? part.text : (values[part.name] ?? ""))).join("");
  return Object.fromEntries(variables.map(({ name }) => [name, values[name] ?? ""]));
}

interface Reading {
  readonly text: string;
  /** Status of the file; then of each name its value, and `x` if it is exported. */
  readonly fields: readonly string[];
}

/** Sources each text by a real bash, in a subshell of its own. */
function readByBash(folder: string, texts: readonly { readonly text: string; readonly names: readonly string[] }[]): readonly Reading[] {
  const script = texts.map(({ text, names }, index) => {
    writeFileSync(join(folder, `${index}.sh`), text);
    return `( . ./${index}.sh; printf '%s\\0' "$?" ${names.map((name) => `"$${name}" "\${${name}@a}"`).join(" ")} )`;
  });
  const { stdout, stderr } = runShell("bash", `cd ${folder}\nexport -n ${Object.keys(outside).join(" ")}\n${script.join("\n")}`, { env: outside });
  expect(stderr).toBe("");
  const fields = stdout.split("\0");
  return texts.map(({ text, names }) => ({ text, fields: fields.splice(0, 1 + 2 * names.length) }));
}

const piece = fc.oneof(
  fc.constantFrom("A", "B", "C", "OUTER", "HOME", "GONE", "=", "A=", "B=", "\nC=", "\nexport D=", "export E", "\n", " ", "\t", ";", "#", " # c", "\\\n", "\\", "'", '"', "'x y'", '"a $A b"', '"${B}"', "$A", "${OUTER}", "$", "\\$", "\\\"", "$$", "é", "\u00a0", "\u2028", "*", "[a]", "!", "a:b", "+", "-", "%", ",", "@", "/", "?", "=~", "1", "$'x'", "^"),
  fc.constantFrom("`id`", "$(id)", "${A:-b}", "${#A}", "$((1))", "{a,b}", "~", "(", ")", "<", ">", "|", "&", "if", "source x", "export -n A", "\r", "$1", "+=", "[0]=", "declare F=1", "\v", "$["),
);
const value = fc.array(fc.constantFrom("x", " ", "'", "a'b", "\\", "\n", "$A", "${OUTER}", "#", ";", "é", "$", "!", "`", '"', "\\\n", "*", "=", "~"), { maxLength: 6 }).map((parts) => parts.join(""));
const line = fc.tuple(fc.constantFrom("", "export "), fc.constantFrom("A", "B", "C", "D"), fc.oneof(value, value.map((text) => `'${text.replaceAll("'", "")}'`), value.map((text) => `"${text.replaceAll(/[`"]/g, "")}"`)), fc.constantFrom("", " # it's", "; export B")).map(([command, name, text, end]) => `${command}${name}=${text}${end}`);
const text = fc.oneof({ weight: 2, arbitrary: fc.array(line, { maxLength: 4 }).map((all) => all.join("\n")) }, fc.array(piece, { maxLength: 12 }).map((all) => all.join("")), fc.string({ unit: "binary", maxLength: 12 }).map((all) => `A=${all}`));

describe("parseBashConfig", () => {
  it("reads what bash would assign and export, and refuses the rest", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(text.filter((each) => !/\p{Surrogate}/u.test(each)), { minLength: 300, maxLength: 300, size: "max" }), (texts) => {
        const read = texts.flatMap((each) => {
          const { config, refusals } = readBashConfig(each);
          return refusals.length > 0 ? [] : [{ text: each, config, names: config.variables.map(({ name }) => name) }];
        });
        accepted += read.filter(({ names }) => names.length > 0).length;
        const expected = read.map(({ text, config }): Reading => {
          const values = valuesOf(config);
          return { text, fields: ["0", ...config.variables.flatMap(({ name, exported }) => [values[name] ?? "", exported ? "x" : ""])] };
        });
        expect(readByBash(scratch(), read)).toEqual(expected);
      }),
      { numRuns: 10, endOnFailure: true },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it("gives assignments, references and exports with their lines", () => {
    const read = parseBashConfig(`#!/bin/bash
# JAWS at a site
export JAWS_SITE=keeling   # where
JAWS_BASE="/apps/$JAWS_SITE"
export JAWS_LOGS="\${JAWS_BASE}/logs"'/$raw' \\
       LEVEL=INFO
NOTE='two
lines'; export JAWS_BASE HOME
`);
    expect(read).toEqual({
      variables: [
        { name: "JAWS_SITE", parts: [{ kind: "text", text: "keeling" }], exported: true, line: 3 },
        { name: "JAWS_BASE", parts: [{ kind: "text", text: "/apps/" }, { kind: "reference", name: "JAWS_SITE" }], exported: true, line: 4 },
        { name: "JAWS_LOGS", parts: [{ kind: "reference", name: "JAWS_BASE" }, { kind: "text", text: "/logs/$raw" }], exported: true, line: 5 },
        { name: "LEVEL", parts: [{ kind: "text", text: "INFO" }], exported: true, line: 6 },
        { name: "NOTE", parts: [{ kind: "text", text: "two\nlines" }], exported: false, line: 7 },
      ],
      exports: ["HOME"],
    });
  });

  it.each([
    ["A=$(canary)", "a command substitution ($(…))"], ["A=`canary`", "a command substitution (`…`)"], ["A=$((1+1))", "arithmetic"], ["A=${B:-canary}", "a default within a reference"],
    ["A=${B%canary}", "an operation within a reference"], ["source ./canary", "it sources another file"], [". ./canary", "it sources another file"], ["if true; then", "a condition, a loop or a function"],
    ["A=(canary)", "a list"], ["A[0]=canary", "a list"], ["A+=canary", "an addition"], ["declare -x A=canary", "declare: only NAME=value"], ["A=1 canary", "a command; only"], ["set -a", "set: only"], ["export -n A", "an option of export"],
    ["A=canary && B=1", "a & that is not in quotes"], ["A=~/canary", "a ~ that is not in quotes"], ["A={canary,b}", "a { that is not in quotes"], ["A='canary", "the quote ' is not closed"], ['A="canary', 'the quote " is not closed'],
    ["UID=1", "which bash keeps"], ["A=$RANDOM", "whose value only a running bash knows"], ["A=$1", "a parameter of the shell itself"], ["A=canary\r", "line ends of Windows"], ["A=1;; B=2", "a ; with nothing before it"], ["A=canary\\", "a backslash before the end"],
    ["A=1\nA=canary", "A stands twice, first in line 3"], ["A=$A:canary", "A takes in itself"], ["A=$B\nB=canary", "A takes in B, which is assigned only in line 4"], ["A=$'canary'", "a quote with a $"], ["A=$\\\nB", "lines that are joined"], ["export", "an export without a name"], ["export 1A=canary", "export takes NAME"],
  ])("refuses %j, and quotes nothing of it", (given, reason) => {
    expect(() => parseBashConfig(`OK=1\n\n${given}`)).toThrow(ConfigError);
    expect(() => parseBashConfig(`OK=1\n\n${given}`)).toThrow(reason);
    expect(() => parseBashConfig(`OK=1\n\n${given}`)).toThrow(/line [345]: (?!.*canary)/);
  });

  it("lists every line that is refused", () => {
    expect(readBashConfig("A=1\nid\nB=2\nsource x\n").refusals.map((refusal) => refusal.line)).toEqual([2, 4]);
    expect(["_", "PWD", "IFS"].every(isKeptByShells)).toBe(true);
  });
});

describe("a bash file as a layer", () => {
  const schema = z.looseObject({});
  const load = async (given: string, later: Record<string, unknown> = {}) => {
    const file = join(scratch(), "site.sh");
    writeFileSync(file, given);
    return loadConfig({ schema, layers: [{ name: "site", file }, { name: "deployment", values: later }] });
  };

  it("gives values with their lines, and references follow what a later layer says", async () => {
    const config = await load("export BASE=/apps\nDATA=\"$BASE/data\"\nLITERAL='${BASE} $BASE $${BASE}'\n", { BASE: "/scratch" });
    expect(config.values).toEqual({ BASE: "/scratch", DATA: "/scratch/data", LITERAL: "${BASE} $BASE $${BASE}" });
    expect(config.explain("DATA")).toMatchObject({ layer: "site", line: 2 });
  });

  it("says every line that is more than data", async () => {
    await expect(load("A=1\nB=$(canary)\nC='$'$A\nsource canary\n")).rejects.toThrow(/site\.sh:2.*site\.sh:4/s);
    await expect(load("A=1\nC='$'$A\n")).rejects.toThrow("a literal $ right before a reference");
  });
});
