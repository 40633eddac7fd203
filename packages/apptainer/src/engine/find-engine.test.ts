import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { findEngine, type FindEngineOptions } from "./find-engine.js";
import { probeClosed } from "./probe-script.js";

const machine = (stdout: string): ReturnType<typeof scriptedTransport> => scriptedTransport(() => ({ stdout }));
const good = "version apptainer version 1.4.5\n";

describe("findEngine", () => {
  it("finds an engine in one round trip", async () => {
    const on = machine(good);
    expect(await findEngine(on)).toMatchObject({ kind: "found", program: "apptainer", version: { major: 1, minor: 4, patch: 5 } });
    expect(on.calls).toHaveLength(1);
  });

  it("takes an engine that is not there for an ordinary answer", async () => {
    expect(await findEngine(machine("version -\n"))).toEqual({ kind: "not-found", program: "apptainer" });
  });

  it("guesses nothing from noise, and names the close match of an unknown option", async () => {
    await expect(findEngine(machine(`Welcome!\n${good}`))).rejects.toThrow("a line that is no report");
    for (const program of ["-x", "bin/apptainer", ""]) await expect(findEngine(machine(good), { program })).rejects.toThrow("an absolute path");
    await expect(findEngine(machine(good), { programm: "x" } as FindEngineOptions)).rejects.toThrow('did you mean "program"?');
  });
});

describe.each(shells)("the probe in %s", (shell) => {
  it("reads the version behind what a profile lets the engine say", async () => {
    const engine = 'engine() { echo "DEBUG   [U=1,P=2]  func1()  path is /usr/bin" >&2; echo "apptainer version 1.4.5"; }';
    const on = scriptedTransport(({ argv }) => ({ stdout: runShell(shell, `${engine}\n${argv[2] ?? ""}`).stdout }));
    expect(await findEngine(on, { program: "engine" })).toMatchObject({ kind: "found", version: { major: 1, minor: 4, patch: 5 } });
  });

  it.each([
    ["user bind control = no\n", ["closed FILE", "bind /a b", "bind /c:/d:ro"]],
    ["# user bind control = no\nuser bind control = yes\n", []],
    ["", []],
  ])("reads from a configuration with %j whether accounts may mount", (text, reports) => {
    const configuration = `conf=$(mktemp); trap 'rm -f "$conf"' EXIT; printf '%s\\nbind path = /a b\\n bind path=/c:/d:ro\\n' '${text}' > "$conf"; engine() { echo "APPTAINER_CONF_FILE=$conf"; }\n`;
    const { stdout } = runShell(shell, `${configuration}${probeClosed("engine").shell}`);
    expect(stdout.replaceAll(/\/tmp\S*/g, "FILE")).toBe(reports.map((line) => `${line}\n`).join(""));
    expect(runShell(shell, probeClosed("no-such-engine", "/no/such").shell)).toMatchObject({ stdout: "", stderr: "" });
  });
});
