import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { carriedVariables, changedIn, readEnvironment, repeatedly } from "../../../../tools/environment/hostile-variables.js";
import { installPythonTools, type PythonTools } from "../../../../tools/environment/python-tools.js";
import { renderVariables } from "../../src/index.js";

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

  /** The environment of a program under a supervisord that ends with it. */
  function underSupervisor(section: string, rendered: string): Uint8Array {
    const report = inFolder("report");
    writeFileSync(inFolder("report.sh"), `/bin/cat /proc/self/environ >${report}\nkill $PPID\n`);
    const settings: Record<string, readonly string[]> = {
      "[supervisord]": ["nodaemon=true", "logfile=/dev/null", "logfile_maxbytes=0", `pidfile=${inFolder("pid")}`, "user=root"],
      "[program:x]": [`command=/bin/sh ${inFolder("report.sh")}`, "autorestart=false", "startsecs=0"],
    };
    const text = Object.entries(settings).flatMap(([name, lines]) => [name, ...lines, ...(name === section ? [`environment=${rendered}`] : [])]);
    writeFileSync(inFolder("supervisord.conf"), `${text.join("\n")}\n`);
    const { status, stdout, stderr } = spawnSync(inFolder("bin/supervisord"), ["-c", inFolder("supervisord.conf")], { env: environment, encoding: "utf8", timeout: 30_000 });
    expect(status, stdout + stderr).toBe(0);
    return readFileSync(report);
  }
});
