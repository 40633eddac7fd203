import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyLayers, compose, enter, OptionsError, refusedVariable, renderScript, secret, type LaunchLayer, type Secret } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { loadConfig } from "../config/load-config.js";
import { secretValue } from "../secret/secret-value.js";
import { renderVariables } from "../dialect/render-variables.js";
import { renderTemplate } from "../template/render-template.js";
import { variables } from "./variables.js";

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;#~=%^-, \t\n\r\u00e4\u{1f600}aZ0") }),
  fc.constantFrom("", "-n", "~", "$(id)", "`id`", "\n", "a\n\n", "\\", "'", "\u0001", "\ufeff"),
).map((value) => value.replaceAll("\0", "").replaceAll(/\p{Surrogate}/gu, ""));
const name = fc.stringMatching(/^[A-Za-z_]\w{0,12}$/).filter((each) => refusedVariable(each) === undefined && !["PATH", "LD_PRELOAD"].includes(each));
const values = fc.dictionary(name, fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), text.map(secret)), { maxKeys: 8, noNullPrototype: true });

const folder = mkdtempSync(join(tmpdir(), "variables-"));
const script = join(folder, "script");
afterAll(() => rmSync(folder, { recursive: true }));

const shown = (value: string | number | boolean | Secret): string => (typeof value === "object" ? value.reveal() : String(value));

/** Prints the values of variables as a program sees them, with no shell of ours in between. */
const printed = (names: readonly string[]): readonly [string, ...string[]] => [process.execPath, "-e", "for (const name of process.argv.slice(1)) process.stdout.write(process.env[name] + '\\0')", "--", ...names];

function arrived(shell: (typeof shells)[number], layer: LaunchLayer, names: readonly string[]): readonly string[] {
  const rendered = renderScript(applyLayers(compose(printed(names)), [layer]));
  const env = Object.fromEntries(rendered.secrets.map(({ name: carrier, value }) => [carrier, value.reveal()]));
  // By file, because a script in an argument can be no longer than a variable. A bash of level 1 whose input is a socket
  // takes itself for one that sshd started, and reads ~/.bashrc.
  writeFileSync(script, rendered.text);
  const run = runShell(shell, `. ${script}`, { env: { SHLVL: "1", ...env } });
  expect(run.stderr).toBe("");
  return run.stdout.split("\0").slice(0, -1);
}

describe.each(shells)("variables, run by %s", (shell) => {
  it("bring every value byte for byte", () => {
    fc.assert(fc.property(values, (given) => {
      expect(arrived(shell, variables(given), Object.keys(given))).toEqual(Object.values(given).map(shown));
    }), { numRuns: 40 });
  }, 60_000);

  it("bring a loaded configuration, and keep its secrets out of the script", async () => {
    const schema = z.object({ A: z.string(), N: z.number(), ON: z.boolean(), NONE: z.string().optional(), TOKEN: secretValue() });
    const config = await loadConfig({ schema, layers: [{ name: "all", values: { A: "it's $HOME", N: 3, ON: false, TOKEN: "canary'\n" } }] });
    expect(arrived(shell, variables(config), ["A", "N", "ON", "TOKEN"])).toEqual(["it's $HOME", "3", "false", "canary'\n"]);
    const launch = applyLayers(compose(["true"]), [variables(config)]);
    expect(renderScript(launch).text + JSON.stringify(enter(launch))).not.toContain("canary");
    expect(renderScript(launch).text).not.toContain("NONE");
  });

  it("can have every name that is not refused, among those that shells know", () => {
    const known = ["HOME", "USER", "PATH", "SHELL", "TERM", "LANG", "LC_ALL", "CDPATH", "ENV", "BASH_ENV", "PS1", "PS2", "MAIL", "HOSTNAME", "HOSTTYPE", "MACHTYPE", "OSTYPE", "REPLY", "TMPDIR", "TZ", "GLOBIGNORE", "HISTFILE", "COLUMNS", "LINES", "FIGNORE", "TIMEFORMAT", "PROMPT_COMMAND", "EXECIGNORE", "A", "if", "test"];
    const given = Object.fromEntries(known.map((each) => [each, each.startsWith("L") ? "C.UTF-8" : "/a b"]));
    expect(arrived(shell, variables(given), known)).toEqual(Object.values(given));
  });
});

describe("variables", () => {
  it("refuses all that no process can receive, at once and with no value in the message", () => {
    const wrong = { "A-B": "1", "1A": "1", "A\n": "1", UID: "1", IFS: "1", hpckit_status: "1", N: NaN, O: { a: 1 }, L: [1], Z: null, F: () => 1, NUL: secret("canary\0"), HALF: "\ud800", LONG: "x".repeat(131_072), OK: "x" };
    const error = (() => {
      try {
        return variables(wrong as never);
      } catch (thrown) {
        return thrown;
      }
    })() as OptionsError;
    expect(error).toBeInstanceOf(OptionsError);
    expect(error.issues.map(({ path }) => path)).toEqual(Object.keys(wrong).slice(0, -1).sort((one, other) => Number(/^\d+$/.test(other)) - Number(/^\d+$/.test(one))));
    expect(error.message).not.toContain("canary");
  });

  it.each([[undefined, ""], [null, ""], ["A=1", ""], [["A"], ""], [new Map([["A", "1"]]), ""], [Promise.resolve({}), ", not a promise: await it"]])("refuses %s, of which nothing could be set", (given, next) => {
    for (const [name, call] of [["variables", variables], ["renderVariables", (all: never) => renderVariables(all, { dialect: "sh" })], ["renderTemplate", (all: never) => renderTemplate("", all, { escape: "none" })]] as const) {
      expect(() => call(given as never)).toThrow(`${name}: a loaded configuration, or an object of names and values${next}`);
    }
  });

  it("takes the longest value that Linux does", () => {
    const longest = "x".repeat(131_072 - "A=".length - 1);
    expect(arrived("sh", variables({ A: longest }), ["A"])).toEqual([longest]);
    expect(() => variables({ A: `${longest}x` })).toThrow("131073 bytes");
  });

  it("leaves unset what is undefined, and adds before what inner layers set", () => {
    const launch = applyLayers(compose(["true"]), [variables({ A: "outer", B: undefined }), variables({ A: "inner" })]);
    expect(launch.setup).toEqual([{ kind: "set", name: "A", value: "outer" }, { kind: "set", name: "A", value: "inner" }]);
  });
});
