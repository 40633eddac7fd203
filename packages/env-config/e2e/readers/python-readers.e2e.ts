import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OptionsError } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { carriedVariables, changedIn, hostileText, readEnvironment, repeatedly } from "../../../../tools/environment/hostile-variables.js";
import { installPythonTools, type PythonTools } from "../../../../tools/environment/python-tools.js";
import { renderTemplate, renderVariables } from "../../src/index.js";

let python: PythonTools;
const inFolder = (name: string): string => join(python.folder, name);
beforeAll(async () => {
  python = await installPythonTools(["python-dotenv==1.2.1", "supervisor==4.3.0"]);
});
afterAll(async () => python[Symbol.asyncDispose]());

const environment = { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", X: "expanded" };

describe("a dotenv file", () => {
  const program = "import dotenv, json, sys; json.dump(dotenv.dotenv_values(sys.argv[1]), sys.stdout)";

  it("is read by python-dotenv as it was given, two thousand variables at a time", () => {
    repeatedly(5, (seed) => {
      const given = carriedVariables("dotenv", 2000, seed);
      writeFileSync(inFolder(".env"), renderVariables(given, { dialect: "dotenv" }));
      const { stdout, stderr } = spawnSync(inFolder("bin/python"), ["-c", program, inFolder(".env")], { env: environment, encoding: "utf8", maxBuffer: 1e8 });
      expect(stderr).toBe("");
      expect(changedIn(given, new Map(Object.entries(JSON.parse(stdout) as Record<string, string>)))).toEqual([]);
    });
  });
});

describe("environment= of supervisord", () => {
  it.each([{ section: "[program:x]", dialect: "supervisor" }, { section: "[supervisord]", dialect: "supervisor-main" }] as const)("brings every value from $section, a thousand at a time", ({ section, dialect }) => {
    repeatedly(4, (seed) => {
      const given = carriedVariables(dialect, 1000, seed);
      const arrived = underSupervisor(section, renderVariables(given, { dialect }));
      expect(changedIn(given, readEnvironment(arrived))).toEqual([]);
    });
  });

  /** The environment of a program. */
  function underSupervisor(section: string, rendered: string): Uint8Array {
    const [main, program] = ["[supervisord]", "[program:x]"].map((name) => (name === section ? `environment=${rendered}\n` : "")) as [string, string];
    return runPrograms("/bin/cat /proc/self/environ", main, [`command=/bin/sh ${inFolder("report.sh")}\n${program}`])[0] ?? new Uint8Array();
  }
});

describe("a configuration of supervisord from a template", () => {
  const inOneLine = "command=/bin/sh ${SCRIPT} ${V} \"x ${V} y\" 'z${V}' a${V} --end ; started by supervisord\nenvironment=A=\"${V}\",B='x ${V} y'\n";
  const inSeveral = "command=/bin/sh ${SCRIPT} ${V}\n  \"x ${V} y\" ; it's\n# it's\n\n  'z${V}' a${V}\n  --end\nenvironment=\n    A=\"${V}\", ; it's\n    B='x ${V} y'\n";

  it.each([inOneLine, inSeveral])("gives programs every argument and variable as it is, from %j", (template) => {
    const carried = fc.sample(hostileText.filter((value) => value.length < 500), 120).flatMap((value) => {
      try {
        return [{ value, program: renderTemplate(template, { SCRIPT: inFolder("report.sh"), V: value }, { escape: "supervisor" }) }];
      } catch (error) {
        if (error instanceof OptionsError) return [];
        throw error;
      }
    });
    expect(carried.length).toBeGreaterThan(20);
    const reports = runPrograms("printf '%s\\0' \"$@\" \"$A\" \"$B\"", "", carried.map(({ program }) => program));
    expect(reports.map((bytes) => Buffer.from(bytes).toString("utf8").split("\0").slice(0, -1))).toEqual(carried.map(({ value: v }) => [v, `x ${v} y`, `z${v}`, `a${v}`, "--end", v, `x ${v} y`]));
  });

  it("writes where the name of a log file says, % and all", () => {
    const to = inFolder("50%x %(ENV_X)s.log");
    const program = renderTemplate("command=/bin/sh ${SCRIPT}\nstdout_logfile=${TO}\n", { SCRIPT: inFolder("report.sh"), TO: to }, { escape: "supervisor" });
    runPrograms("echo said; :", "", [program]);
    expect(readFileSync(to, "utf8")).toBe("said\n");
  });

  it("brings every value from environment= of [supervisord]", () => {
    const carried = fc.sample(hostileText, 300).flatMap((value, index) => {
      try {
        return [[`V${index}`, value, renderTemplate("[supervisord]\nenvironment=A=\"${V}\"", { V: value }, { escape: "supervisor" }).replace(/^.*\n.*=A=/, "")] as const];
      } catch (error) {
        if (error instanceof OptionsError) return [];
        throw error;
      }
    });
    expect(carried.length).toBeGreaterThan(50);
    const [arrived = new Uint8Array()] = runPrograms("/bin/cat /proc/self/environ", `environment=\n${carried.map(([name, , text]) => `  ${name}=${text}`).join(",\n")}\n`, [`command=/bin/sh ${inFolder("report.sh")}\n`]);
    expect(changedIn(Object.fromEntries(carried.map(([name, value]) => [name, value])), readEnvironment(arrived))).toEqual([]);
  });
});

/** What each program prints, under a supervisord that ends with the last. @param programs - lines of their sections */
function runPrograms(script: string, main: string, programs: readonly string[]): readonly Uint8Array[] {
  const reports = inFolder("reports");
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports);
  const name = `${reports}/"$SUPERVISOR_PROCESS_NAME"`;
  writeFileSync(inFolder("report.sh"), `${script} >${name}.new\n/bin/mv ${name}.new ${name}\n`);
  writeFileSync(inFolder("end.sh"), `while [ "$(ls ${reports} | grep -vc new)" -lt ${programs.length} ]; do sleep 0.05; done\nkill $PPID\n`);
  const once = "autorestart=false\nstartsecs=0\n";
  const sections = [...programs.map((lines, index) => `[program:${index}]\n${once}${lines}`), `[program:end]\n${once}command=/bin/sh ${inFolder("end.sh")}\n`];
  const supervisord = `[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=${inFolder("pid")}\nuser=root\n${main}`;
  // In files that are included supervisord reads some values in another way.
  writeFileSync(inFolder("programs.conf"), sections.join(""));
  writeFileSync(inFolder("supervisord.conf"), `${supervisord}\n[include]\nfiles=${inFolder("programs.conf")}\n`);
  const { status, stdout, stderr } = spawnSync(inFolder("bin/supervisord"), ["-c", inFolder("supervisord.conf")], { env: environment, encoding: "utf8", timeout: 60_000 });
  expect(status, stdout + stderr).toBe(0);
  return programs.map((_, index) => readFileSync(join(reports, String(index))));
}
