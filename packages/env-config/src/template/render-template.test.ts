import { inspect } from "node:util";
import { OptionsError, secret, type Secret } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { parse } from "yaml";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { renderTemplate, type TemplateEscape } from "./render-template.js";

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;#~=%^-,: \t\n\ra\u0085\u2028\ufeff\u0001\u007fZ0"), maxLength: 8 }),
  fc.constantFrom("", "true", "null", "1e3", "0x1", "~", "- a", "a: b", "a #b", "'", '"', "$(touch canary)", "`id`", '"; rm -rf /; "', "\n", "x\r\ny", "${A}", "*a", "&a", "!!x", "---", "{", "["),
).map((value) => value.replaceAll("\0", "").replaceAll(/\p{Surrogate}/gu, ""));

/** Fills it if the place can hold the value. */
function filled(template: string, value: string, escape: TemplateEscape): string | undefined {
  try {
    return renderTemplate(template, { A: value }, { escape });
  } catch (error) {
    if (error instanceof OptionsError) return undefined;
    throw error;
  }
}

describe("a value in a template", () => {
  it("is read back from JSON, as a value and within a text", () => {
    fc.assert(
      fc.property(hostile, fc.oneof(fc.integer(), fc.boolean()), (value, plain) => {
        const text = renderTemplate('{ "a": ${A}, "b\\"${A}": ["x${A}\\\\${A}", ${N}] }', { A: value, N: plain }, { escape: "json" });
        expect(JSON.parse(text)).toEqual({ a: value, [`b"${value}`]: [`x${value}\\${value}`, plain] });
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["# ${A}\na: ${A}\nb:\n- ${A} # it's\nc: {k: ${A}, l: [ ${A}, ${A}]}\n", true, (v: string) => ({ a: v, b: [v], c: { k: v, l: [v, v] } })],
    ["a: ${A}\nit's: 1\nb: [${A}, 2]\n", false, (v: string) => ({ a: v, "it's": 1, b: [v, 2] })],
    ['a: "x \\"${A}"\nb: "two\n  ${A}. lines"\n', false, (v: string) => ({ a: `x "${v}`, b: `two ${v}. lines` })],
    ["a: '${A}'\nb: 'it''s ${A}'\n", true, (v: string) => ({ a: v, b: `it's ${v}` })],
    ["a: |\n  block \"\nb: ${A}\n", false, (v: string) => ({ a: 'block "\n', b: v })],
  ] as const)("is read back from YAML in %j, or refused", (template, mayRefuse, expected) => {
    let count = 0;
    fc.assert(
      fc.property(hostile, (value) => {
        const text = filled(template, value, "yaml");
        if (text === undefined && mayRefuse) return;
        count++;
        expect(parse(text ?? "refused")).toEqual(expected(value));
      }),
      { numRuns: 500 },
    );
    expect(count).toBeGreaterThan(150);
  });

  it.each(shells)("stays text of its word in a script for %s, in every kind of quotes", (shell) => {
    const template = "# it's ${N} \"\nshow() { printf '%s\\0' \"$@\"; }\nset -- 'quoted'\nshow ${A} \"x${A}y\" 'x${A}y' a${A}b \"$(printf '%s.' \"${A}\" '${A}')\" \"$1$${1:-x}\" \\\"${A}\n(show ${A}) # ${N}\ncase x in x) show \"${A}\";; esac\nshow \"$(printf '%s.' ${A})\" # end\n";
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 30, maxLength: 30 }), (values) => {
        const script = values.map((value) => renderTemplate(template, { A: value, N: "it's" }, { escape: "shell" })).join("\n");
        const { stdout, stderr } = runShell(shell, script);
        expect(stderr).toBe("");
        expect(stdout).toBe(values.flatMap((v) => [v, `x${v}y`, `x${v}y`, `a${v}b`, `${v}.${v}.`, `quotedquoted`, `"${v}`, v, v, `${v}.`]).map((each) => `${each}\0`).join(""));
      }),
      { numRuns: 20 },
    );
  });

  it.each(shells)("is no part of a name or number before or behind it for %s, and keeps its quotes", (shell) => {
    const script = renderTemplate("cd /\nf() { printf '%s.' \"$@\"; }\nf ${A}>&1\nf ${A}</dev/null\nx=1\nf $x${C} \"$x${C}${A}\" \\ # ${C}\nf \\\\${B} \"\\\\${B}\"\n( (f ${A}) )\n", { A: 2, B: "$(echo canary)", C: "a'b" }, { escape: "shell" });
    expect(runShell(shell, script)).toMatchObject({ stdout: "2.2.1a'b.1a'b2. #.a'b.\\$(echo canary).\\$(echo canary).2.", stderr: "" });
  });

  it.each<[TemplateEscape, string, string]>([
    ["shell", "cat <<E\n${A}\nE\n", "here-document"],
    ["shell", "echo $'a' ${A}", "not every shell"],
    ["shell", "echo `echo ${A}`", "command substitution"],
    ["shell", "echo $((1 + ${A}))", "arithmetic"],
    ["shell", "((${A} > 1)) && echo x", "arithmetic"],
    ["shell", "echo $[1 + ${A}]", "arithmetic"],
    ["shell", 'echo "$[1 + ${A}]"', "arithmetic"],
    ["shell", "echo \\${A}", "behind a backslash"],
    ["shell", 'echo "\\\\\\${A}"', "behind a backslash"],
    ["json", '{ "a": "\\${A}" }', "behind a backslash"],
    ["yaml", 'a: "\\${A}"', "behind a backslash"],
    ["systemd", "[Service]\nExecStart=/bin/echo \\${A}", "behind a backslash"],
    ["supervisor", "command=/bin/echo \\${A}", "behind a backslash"],
    ["shell", 'echo "$${X:-${A}}"', "expansion"],
    ["shell", "echo \"$${X:-'a'}\" ${A}", "shells read differently"],
    ["shell", 'x="$(case a in a) echo;; esac)" ${A}', "case"],
    ["yaml", "a: x${A}", "without quotes"],
    ["yaml", "a: ${A} y", "without quotes"],
    ["yaml", "${A}: y", "without quotes"],
    ["yaml", "a: >\n  ${A}\n", "block"],
    ["yaml", "&x k: |\n\n  l: ${A}\n", "block"],
    ["yaml", "a: b - ${A}", "without quotes"],
    ["yaml", "a: b, ${A}", "without quotes"],
    ["yaml", "a: b\n  - ${A}", "without quotes"],
    ["yaml", "a: ${A}, b", "without quotes"],
    ["supervisor", "environment=A=${A}", "without quotes"],
    ["supervisor", "environment=A=1, ; it's\n\n  B=${A}", "without quotes"],
    ["ini", "[s]\n  ${A} = 1", "a name is expected"],
    ["systemd", "[Service]\nExecStart=${A} x", "absolute path"],
    ["systemd", "[${A} x]", "a name is expected"],
  ])("is refused in %s where its place is not certain: %j", (escape, template, reason) => {
    expect(() => renderTemplate(template, { A: "a b" }, { escape })).toThrow(reason);
  });

  it.each<[TemplateEscape, string, string]>([
    ["ini", "a = ${A}", "x\n[y]"], ["ini", "[s${A}]", "]"], ["ini", "a = ${A}", "b ;c"], ["ini", "a = ${A}", "#c"], ["ini", "${A} = 1", "b = 2"], ["ini", "a = ${A}", " x"],
    ["supervisor", "command=/bin/x '${A}'", "it's"], ["supervisor", 'environment=A="${A}"', '"'], ["supervisor", 'environment=\n  # all\n    A="${A}",', 'x",B="y'], ["supervisor", "command=/bin/x\n  '${A}'", "it's"], ["supervisor", "directory=${A}", "/a%(here)s"], ["supervisor", 'environment=A="${A}"', "\n[program:canary]\ncommand=x"], ["systemd", "WorkingDirectory=${A}", "/a\nb"], ["systemd", "Description=${A}", "a\\"], ["systemd", "Restart=${A}", "%h"], ["systemd", "ReadWritePaths=${A}", "/a /"], ["systemd", "ExecStart=/bin/x ; /opt/${A} y", "it's"], ["systemd", "BindPaths=/a:${A}", "/b:ro"], ["systemd", "Documentation=https://${A}", "a b"], ["systemd", "After=${A}", "it's"], ["yaml", "a: '${A}'", "x\ny"], ["shell", "# ${A}", "\nrm"],
  ])("is refused in %s where its place cannot hold it: %j with %j", (escape, template, value) => {
    expect(filled(template, value, escape)).toBeUndefined();
    expect(filled(template, "ok", escape)).toBeDefined();
  });
});

it("doubles % once more where supervisord expands twice: in environment= of its own section, and in names of log files", () => {
  const template = "[supervisord]\nidentifier=${A}\nenvironment=\n  A=\"${A}\"\n\n[program:x]\nenvironment=A=\"${A}\"\nstdout_logfile=/${A}\n";
  expect(renderTemplate(template, { A: "5%" }, { escape: "supervisor" })).toBe('[supervisord]\nidentifier=5%%\nenvironment=\n  A="5%%%%"\n\n[program:x]\nenvironment=A="5%%"\nstdout_logfile=/5%%%%\n');
});

describe("renderTemplate", () => {
  it("says every unknown variable with its line and the one that was meant, and shows no value", () => {
    const error = (() => {
      try {
        return renderTemplate("a=${JAWS_LOG}\n${}\nb=${OTHER} ${JAWS_LOGS}\nc=${B}", { JAWS_LOGS: "/logs", B: "canary\0", UNUSED: secret("canary") }, { escape: "none", unused: "refuse" });
      } catch (thrown) {
        return thrown as OptionsError;
      }
    })() as OptionsError;
    expect(error.issues.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      ": line 2: ${ begins no ${NAME}; write $${ for one that belongs to the file",
      "JAWS_LOG: line 1: unknown variable; did you mean ${JAWS_LOGS}?",
      "OTHER: line 3: unknown variable; known are JAWS_LOGS, B, UNUSED",
      "B: line 4: holds a NUL character, which no process can receive",
      "UNUSED: is not used in the template",
    ]);
    expect(inspect(error, { depth: 9 })).not.toContain("canary");
  });

  it("is a secret when a secret came in, and only then", () => {
    const text = renderTemplate("token: ${TOKEN}", { TOKEN: secret("canary"), A: "x" }, { escape: "yaml" });
    expectTypeOf(text).toEqualTypeOf<string | Secret>();
    expect(String(text)).toBe("[secret]");
    expect((text as Secret).reveal()).toBe('token: "canary"');
    expect(renderTemplate("a: ${A}", { TOKEN: secret("canary"), A: "x" }, { escape: "yaml" })).toBe('a: "x"');
    expect(String(renderTemplate("${A}", { A: { verbatim: secret("x") } }, { escape: "none" }))).toBe("[secret]");
  });

  it("fills a shim as JAWS has them, and leaves the shell's own variables alone", () => {
    const template = '#!/bin/bash -l\nexec apptainer run --no-eval --env-file="${CONFIG}/site.env" site-${VERSION}.sif --log "/var/log/site/$${SERVICE}.log" "$SERVICE"\n';
    expect(renderTemplate(template, { CONFIG: "/apps/it's $5", VERSION: "1.2.3" }, { escape: "shell" })).toBe(
      '#!/bin/bash -l\nexec apptainer run --no-eval --env-file="/apps/it\'s \\$5/site.env" site-1.2.3.sif --log "/var/log/site/${SERVICE}.log" "$SERVICE"\n',
    );
  });
});
