import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { commandLine } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanCommand } from "./slurm-command.js";

const programs = { binFolder: undefined, keepVariables: ["SITE"] };
const word = fc.string({ unit: fc.constantFrom("'", '"', "$", "`", "\\", "\n", " ", "\x1f", "*", "é", "-"), maxLength: 8 });

/** What a careless login has in its environment. */
const login = { HOME: "/h", USER: "u", SLURM_CONF: "/c", SBATCH_PARTITION: "x", SLURM_JOB_ID: "1", SQUEUE_FORMAT: "x", AMBIENT: "x", SLURM_TIME_FORMAT: "%c", LC_ALL: "de_DE.UTF-8" };

describe.each(shells)("a clean start, by %s", (shell) => {
  it("passes words exactly", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        const { stdout } = runShell(shell, commandLine(cleanCommand(programs, ["printf", "%s\\001", "", ...words])));
        expect(stdout).toBe(["", ...words].map((each) => `${each}\u0001`).join(""));
      }),
      { numRuns: 30 },
    );
  });

  it("passes the variables that are named, exactly, and no other", () => {
    fc.assert(
      fc.property(word, (value) => {
        const { stdout } = runShell(shell, commandLine(cleanCommand(programs, ["env", "-0"])), { env: { ...login, SITE: value } });
        const names = stdout.split("\0").map((line) => line.split("=")[0]).filter((name) => name !== "").sort();
        expect(names).toEqual(["HOME", "LC_ALL", "PATH", "SITE", "SLURM_BITSTR_LEN", "SLURM_CONF", "SLURM_TIME_FORMAT", "USER"]);
        expect(stdout).toContain(`SITE=${value}\0`);
        expect(stdout).toContain("SLURM_TIME_FORMAT=%s\0");
        expect(stdout).toContain("LC_ALL=C\0");
      }),
      { numRuns: 20 },
    );
  });
});

describe("a folder of programs", () => {
  it("stands first", () => {
    const argv = cleanCommand({ binFolder: "/opt/it's slurm/bin", keepVariables: [] }, ["printenv", "PATH"]);
    expect(runShell("sh", commandLine(argv)).stdout).toMatch(/^\/opt\/it's slurm\/bin:/);
  });
});

describe("another cluster", () => {
  const elsewhere = { ...programs, cluster: "far" };

  it("is named to every program by its variable", () => {
    expect(runShell("sh", commandLine(cleanCommand(elsewhere, ["printenv", "SLURM_CLUSTERS"]))).stdout).toBe("far\n");
  });

  it("is named to sacct and sshare by their option, which read no variable", () => {
    expect(cleanCommand(elsewhere, ["sacct", "--jobs=7"]).slice(-3)).toEqual(["sacct", "--clusters=far", "--jobs=7"]);
    expect(cleanCommand(elsewhere, ["sshare"]).slice(-2)).toEqual(["sshare", "--clusters=far"]);
    expect(cleanCommand(programs, ["sacct", "--jobs=7"]).slice(-2)).toEqual(["sacct", "--jobs=7"]);
  });
});
