import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OptionsError } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnvironment, hostileText, repeatedlyAsync } from "../../../../tools/environment/hostile-variables.js";
import { startUserSystemd, type UserSystemd } from "../../../../tools/environment/user-systemd.js";
import { renderTemplate } from "../../src/index.js";

let systemd: UserSystemd;
beforeAll(async () => {
  systemd = await startUserSystemd();
});
afterAll(async () => systemd[Symbol.asyncDispose]());

/** Several commands of one unit, each with a value in its arguments and its variables. */
const template = (index: number): string => `Environment=A${index}=\${V} "B${index}=x \${V}" 'C${index}=\${V}'
ExecStart=/bin/sh \${SCRIPT} \${V} "x \${V} y" 'z\${V}' a\${V} \\
  \${V} --end
`;

function filled(index: number, script: string, value: string): string | undefined {
  try {
    return renderTemplate(template(index), { SCRIPT: script, V: value }, { escape: "systemd" });
  } catch (error) {
    if (error instanceof OptionsError) return undefined;
    throw error;
  }
}

describe("a unit from a template", () => {
  it("gives a service every argument and variable as it is, a hundred values at a time", async () => {
    const [script, report, environment] = ["it's $a %h script", "report", "environment"].map((name) => join(systemd.folder, name)) as [string, string, string];
    await writeFile(script, `printf '%s\\0' "$@" >>'${report}'\n/bin/cat /proc/self/environ >'${environment}'\n`);
    await repeatedlyAsync(5, async (seed) => {
      const values = fc.sample(hostileText.filter((value) => value.length < 500), { numRuns: 100, seed }).filter((value) => filled(0, script, value) !== undefined);
      expect(values.length).toBeGreaterThan(60);
      await writeFile(report, "");
      await writeFile(join(systemd.units, "args.service"), `[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\n${values.map((value, index) => filled(index, script, value)).join("")}`);
      await systemd.systemctl("daemon-reload");
      expect(await systemd.systemctl("start", "args.service")).toMatchObject({ exitCode: 0, stderr: "" });
      expect((await readFile(report, "utf8")).split("\0").slice(0, -1)).toEqual(values.flatMap((v) => [v, `x ${v} y`, `z${v}`, `a${v}`, v, "--end"]));
      const arrived = readEnvironment(await readFile(environment));
      expect(values.map((_, index) => ["A", "B", "C"].map((name) => arrived.get(`${name}${index}`)))).toEqual(values.map((v) => [v, `x ${v}`, v]));
    });
  });

  it("starts a program with $ in its path, and takes $ in arguments as it is where a colon says so", async () => {
    const [program, report] = [join(systemd.folder, "a$b %h s", "run"), join(systemd.folder, "arguments")];
    await mkdir(join(program, ".."));
    await writeFile(program, `#!/bin/sh\nprintf '%s\\0' "$@" >>'${report}'\n`, { mode: 0o755 });
    const unit = renderTemplate('[Service]\nType=oneshot\nExecStart=${P} ${V}\nExecStart=:${P} ${V} "x${V}"\nExecStart="-${P}" \'${V}\' ; ${P} ${V} "; ${V}"\n', { P: program, V: "$$a ${HOME} %" }, { escape: "systemd" });
    await writeFile(join(systemd.units, "dollar.service"), unit);
    await systemd.systemctl("daemon-reload");
    expect(await systemd.systemctl("start", "dollar.service")).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await readFile(report, "utf8")).split("\0").slice(0, -1)).toEqual(["", "", "x", "", "", "; "].map((before) => `${before}$$a \${HOME} %`));
  });

  it("keeps what a setting holds, and what it names is found", async () => {
    for (const value of ["a %h $HOME 'b' \"c\"", "x\\y", "é ; #"]) {
      const text = renderTemplate("[Unit]\nDescription=${V}\n[Service]\nType=oneshot\nExecStart=/bin/true\nWorkingDirectory=${D}\n", { V: value, D: systemd.folder }, { escape: "systemd" });
      await writeFile(join(systemd.units, "set.service"), text);
      await systemd.systemctl("daemon-reload");
      const shown = async (property: string): Promise<unknown> => (await systemd.systemctl("show", `--property=${property}`, "--value", "set.service")).stdout;
      expect([await shown("Description"), await shown("WorkingDirectory")]).toEqual([value, systemd.folder]);
    }
  });
});
