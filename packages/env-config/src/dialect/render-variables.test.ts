import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect, parseEnv } from "node:util";
import { OptionsError, secret, type Secret } from "@hpckit/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { carriedVariables, changedIn, readEnvironment, repeatedly } from "../../../../tools/environment/hostile-variables.js";
import { shells } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { DialectError } from "./dialect-error.js";
import { dialects, renderVariables, type EnvironmentDialect } from "./render-variables.js";

const scratch = scratchFolders("dialects-");
const all = Object.keys(dialects) as EnvironmentDialect[];

describe.each(shells)("a script for %s", (shell) => {
  it("brings every value, two thousand at a time", () => {
    repeatedly(3, (seed) => {
      const given = carriedVariables("sh", 2000, seed);
      const script = join(scratch(), "script");
      writeFileSync(script, `${renderVariables(given, { dialect: "sh" })}exec /usr/bin/env -0\n`);
      const { stdout, stderr } = spawnSync(shell, [script], { env: {}, maxBuffer: 1e8 });
      expect({ stderr: stderr.toString(), changed: changedIn(given, readEnvironment(stdout)) }).toEqual({ stderr: "", changed: [] });
    });
  });
});

describe("a dotenv file", () => {
  it("is read by Node as it was given, two thousand variables at a time", () => {
    repeatedly(5, (seed) => {
      const given = carriedVariables("dotenv", 2000, seed);
      expect(changedIn(given, new Map(Object.entries(parseEnv(renderVariables(given, { dialect: "dotenv" })) as Record<string, string>)))).toEqual([]);
    });
  });
});

describe("renderVariables", () => {
  it("writes what a person would recognise", () => {
    const given = { DATA: "/a b", N: 8, ON: true, NONE: undefined, PERCENT: "5%" };
    expect(Object.fromEntries(all.map((dialect) => [dialect, renderVariables(given, { dialect })]))).toEqual({
      sh: "export DATA='/a b'\nexport N=8\nexport ON=true\nexport PERCENT=5%\n",
      csh: "setenv DATA '/a b'\nsetenv N '8'\nsetenv ON 'true'\nsetenv PERCENT '5%'\n",
      fish: "set -gx DATA '/a b'\nset -gx N '8'\nset -gx ON 'true'\nset -gx PERCENT '5%'\n",
      dotenv: "DATA='/a b'\nN='8'\nON='true'\nPERCENT='5%'\n",
      apptainer: "DATA='/a b'\nN='8'\nON='true'\nPERCENT='5%'\n",
      "apptainer-no-eval": "DATA='/a b'\nN='8'\nON='true'\nPERCENT='5%'\n",
      "apptainer-eval": "DATA='/a b'\nN='8'\nON='true'\nPERCENT='5%'\n",
      systemd: 'DATA="/a b"\nN="8"\nON="true"\nPERCENT="5%"\n',
      supervisor: 'DATA="/a b",N="8",ON="true",PERCENT="5%%"',
      "supervisor-main": 'DATA="/a b",N="8",ON="true",PERCENT="5%%%%"',
      crontab: 'DATA="/a b"\nN="8"\nON="true"\nPERCENT="5%"\n',
      "sbatch-export": "DATA=/a b,N=8,ON=true,PERCENT=5%",
      "sbatch-export-file": "DATA=/a b\0N=8\0ON=true\0PERCENT=5%\0",
    });
  });

  it.each<[EnvironmentDialect, Record<string, string>]>([
    ["sh", { UID: "1", IFS: "," }],
    ["csh", { SHLVL: "2", LS_COLORS: "zz=1", LSCOLORS: "x" }],
    ["fish", { status: "1", fish_pid: "1", HOME: "/a", PATH: "/bin:", CDPATH: "" }],
    ["dotenv", { A: "a\rb", B: "${HOME}", C: `it's "x"`, D: "it's $5", E: "it's `x`", F: "'\\" }],
    ["apptainer", { A: "$(id)", B: 'say "x"', C: "a\\", D: "`id`", PATH: "/bin", APPTAINER_BIND: "/etc", E: "\u0080", F: "\r\n" }],
    ["apptainer-no-eval", { UID: "1", A: "\u0080", B: "\r\n", key: "1" }],
    ["apptainer-eval", { HOME: "/", A: "\r\n" }],
    ["systemd", { A: "\uffff", B: "\ufdd0" }],
    ["supervisor", { A: "a\nb", B: "'a", C: 'a"', D: "a ;b", E: "a\u001f#b", F: `a'b"c`, G: "%(here)s" }],
    ["crontab", { A: "a\nb", B: "a ", C: "'a'", D: `'a "`, E: "x".repeat(1000), LOGNAME: "a", MAILTO: "_a", MAILFROM: "a b", PWD: "/", PPID: "1", OPTIND: "7", IFS: ":" }],
    ["sbatch-export", { A: "a,b", B: "it's", C: 'a"b', SLURM_JOB_ID: "1", CUDA_VISIBLE_DEVICES: "0" }],
    ["sbatch-export-file", { TMPDIR: "/scratch", PWD: "/" }],
  ])("refuses in %s each variable that would not arrive, with the next step and without its value", (dialect, given) => {
    const names = Object.keys(given);
    const error = thrownBy(() => renderVariables({ ...given, OK: "canary" }, { dialect }));
    expect(error).toBeInstanceOf(DialectError);
    expect(error).toBeInstanceOf(OptionsError);
    expect(error.issues.map(({ path }) => path)).toEqual(names);
    expect(error.issues.map(({ nextStep, reason, message }) => message === `${reason}; ${nextStep}` && nextStep.length > 10)).toEqual(names.map(() => true));
  });

  it.each(all)("refuses for %s what no process can receive, and shows no secret", (dialect) => {
    const error = thrownBy(() => renderVariables({ "A-B": "canary", "1A": "canary", L: ["canary"], N: null, NUL: "canary\0", HALF: "canary\ud800", TOKEN: secret("canary\0") } as never, { dialect }));
    expect(error.issues.map(({ path }) => path)).toEqual(["A-B", "1A", "L", "N", "NUL", "HALF", "TOKEN"]);
    expect(inspect(error, { depth: 9 })).not.toContain("canary");
  });

  it("gives text with a secret as a secret, and refuses one where others would see it", () => {
    const given = { USER: "alice", TOKEN: secret("canary") };
    for (const dialect of all) {
      if (["crontab", "sbatch-export", "sbatch-export-file"].includes(dialect)) {
        expect(thrownBy(() => renderVariables({ A: "x", TOKEN: secret("canary") }, { dialect })).issues.map(({ path }) => path)).toEqual(["TOKEN"]);
        continue;
      }
      const text = renderVariables(given, { dialect });
      expectTypeOf(text).toEqualTypeOf<string | Secret>();
      expect(String(text)).toBe("[secret]");
      expect((text as Secret).reveal()).toContain("canary");
    }
    expectTypeOf(renderVariables({ A: "x" }, { dialect: "sh" })).toEqualTypeOf<string>();
  });

  it("refuses an export list that is longer than an argument can be", () => {
    const given = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`A${index}`, "x".repeat(1000)]));
    expect(() => renderVariables(given, { dialect: "sbatch-export" })).toThrow("longer than the 131000 bytes");
    expect(renderVariables(given, { dialect: "sbatch-export-file" })).toHaveLength(201_090);
  });

  it("names the dialect that a mistyped one meant", () => {
    expect(() => renderVariables({}, { dialect: "supervisord" as never })).toThrow('"supervisor"');
  });
});

function thrownBy(act: () => unknown): DialectError {
  try {
    act();
  } catch (error) {
    return error as DialectError;
  }
  return expect.unreachable("it was accepted");
}
