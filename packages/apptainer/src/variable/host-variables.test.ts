import { lines, raw, sh } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { passVariables, scrubVariables } from "./host-variables.js";

const names = sh`env | sed -n 's/^\(APPTAINER[A-Za-z0-9_]*\|SINGULARITY[A-Za-z0-9_]*\)=.*/\1/p' | LC_ALL=C sort`;

describe.each(shells)("in %s", (shell) => {
  it("the engine's variables are taken away but for harmless ones and those that are kept", () => {
    const script = lines(sh`set -e`, raw(scrubVariables(["APPTAINER_BINDPATH"]).shell), names).shell;
    const env = {
      APPTAINER_BINDPATH: "/kept",
      APPTAINER_MOUNT: "type=bind,source=/etc",
      APPTAINERENV_X: "leak",
      SINGULARITY_BIND: "/gone",
      SINGULARITYENV_Y: "leak",
      APPTAINER_CACHEDIR: "/cache",
      OTHER: "x\nAPPTAINER_CACHEDIR=forged\nSINGULARITY_FORGED;touch /tmp/never=1",
    };
    const { status, stdout } = runShell(shell, script, { env });
    expect(status).toBe(0);
    expect([...new Set(stdout.trim().split("\n"))]).toEqual(["APPTAINER_BINDPATH", "APPTAINER_CACHEDIR"]);
  });

  it("variables of the host are passed as they are, those that are not set not at all", () => {
    const script = lines(sh`set -eu`, ...passVariables(["SLURM_JOB_ID", "EMPTY", "ABSENT"]).map((step) => raw(step.shell)), names, sh`printf %s "$APPTAINERENV_SLURM_JOB_ID"`).shell;
    const { status, stdout } = runShell(shell, script, { env: { SLURM_JOB_ID: "7 $(id) '\"", EMPTY: "" } });
    expect(status).toBe(0);
    expect(stdout).toBe("APPTAINERENV_EMPTY\nAPPTAINERENV_SLURM_JOB_ID\n7 $(id) '\"");
  });

  it("all variables whose names begin so are passed, whatever they hold, and a forged name is not", () => {
    const script = lines(sh`set -eu`, ...passVariables(["SLURM_*", "PMI*", "OTHER"]).map((step) => raw(step.shell)), names, sh`printf %s "$APPTAINERENV_SLURM_A"`).shell;
    const env = { SLURM_A: "$(id) '\"\\ *", SLURM_B: "x\nSLURM_FORGED=1\nSLURM_X;touch /tmp/never=1", PMI2_FD: "3", PMIX_RANK: "", XSLURM_C: "no", OTHER: "o" };
    const { status, stdout, stderr } = runShell(shell, script, { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const [value, ...sorted] = stdout.split("\n").reverse();
    expect([...new Set(sorted)].reverse()).toEqual(["APPTAINERENV_OTHER", "APPTAINERENV_PMI2_FD", "APPTAINERENV_PMIX_RANK", "APPTAINERENV_SLURM_A", "APPTAINERENV_SLURM_B"]);
    expect(value).toBe(env.SLURM_A);
  });

  it("a value that is no UTF-8 neither stops the launch nor adds to a name", () => {
    const latin = sh`
      SLURM_JOB_NAME=$(printf 'caf\351$(echo run >&2) b')
      APPTAINER_BIND=$(printf '/\351:/b')
      LC_ALL=C.UTF-8
      export SLURM_JOB_NAME APPTAINER_BIND LC_ALL
    `;
    const script = lines(sh`set -eu`, latin, raw(scrubVariables([]).shell), ...passVariables(["SLURM_*"]).map((step) => raw(step.shell)), sh`printf %s "$APPTAINERENV_SLURM_JOB_NAME" | od -An -c; echo "\${APPTAINER_BIND-gone}"`).shell;
    expect(runShell(shell, script, {})).toMatchObject({ status: 0, stderr: "", stdout: expect.stringMatching(/^ +c +a +f 351 +\$ +\( +e[^]*gone\n$/) as string });
  });

  it("a variable that would not arrive whole stops the launch", () => {
    const script = lines(sh`set -eu`, ...passVariables(["X"]).map((step) => raw(step.shell)), sh`echo started`).shell;
    expect(runShell(shell, script, { env: { X: "a\r\nb" } })).toMatchObject({ status: 64, stdout: "" });
    expect(runShell(shell, script, { env: { X: "a\rb" } })).toMatchObject({ status: 0, stdout: "started\n" });
    const all = lines(sh`set -eu`, ...passVariables(["SLURM_*"]).map((step) => raw(step.shell)), sh`echo started`).shell;
    expect(runShell(shell, all, { env: { SLURM_X: "a\r\nb" } })).toMatchObject({ status: 64, stdout: "" });
  });
});
