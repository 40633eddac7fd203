import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { lines, sh, type ShellExpression } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { bellFile, renderBell, renderLookout } from "./bell-script.js";

const newFolder = scratchFolders("it's a bell é ");

function ground(): { readonly folder: string; readonly bell: string } {
  const folder = newFolder();
  const bell = bellFile(folder, "test");
  mkdirSync(join(bell, ".."), { recursive: true });
  return { folder, bell };
}

const rung = (bell: string): string => readFileSync(bell, "utf8");

describe.each(shells)("a job that rings (%s)", (shell) => {
  const run = (bell: string, command: ShellExpression, job: Readonly<Record<string, string>> = { SLURM_JOB_ID: "12" }): ReturnType<typeof runShell> =>
    runShell(shell, lines(renderBell(bell), sh`set -eu`, command).shell, { env: { PATH: process.env["PATH"] ?? "", ...job } });

  it("rings when it starts, and leaves no variable of ours", () => {
    const { bell } = ground();
    expect(run(bell, sh`cat ${bell}; set | grep ^hpckit_ || :`)).toMatchObject({ status: 0, stdout: "12 12 0 start\n", stderr: "" });
  });

  it("names the array and the task's own id", () => {
    const { bell } = ground();
    expect(run(bell, sh`cat ${bell}`, { SLURM_JOB_ID: "14", SLURM_ARRAY_JOB_ID: "12", SLURM_RESTART_COUNT: "3" }).stdout).toBe("12 14 3 start\n");
  });

  it.each([
    ["a program in its place", sh`exec sleep 0.2`, 0],
    ["one that fails", sh`exec sh -c 'exit 7'`, 7],
    ["one that is killed", sh`exec sh -c 'kill -9 $$'`, undefined],
  ])("rings when it ends: %s", async (_, command, status) => {
    const { bell, folder } = ground();
    expect(run(bell, command).status ?? undefined).toBe(status);
    await expect.poll(() => rung(bell)).toBe("12 12 0 end\n");
    expect(readdirSync(join(folder, "submissions/test"))).toEqual(["bell"]);
  });

  it("rings when a signal to all of its processes ends it", async () => {
    const { bell } = ground();
    const job = spawn(shell, ["-c", lines(renderBell(bell), sh`sleep 0.2; echo ready; exec sleep 20`).shell], { detached: true, env: { PATH: process.env["PATH"], SLURM_JOB_ID: "12" } });
    await once(job.stdout, "data");
    expect(rung(bell)).toBe("12 12 0 start\n");
    process.kill(-(job.pid ?? NaN), "SIGTERM");
    await expect.poll(() => rung(bell)).toBe("12 12 0 end\n");
  });

  it("goes on without a bell that cannot be rung", () => {
    expect(run("/nonexistent/bell", sh`echo ran`)).toMatchObject({ status: 0, stdout: "ran\n", stderr: "" });
  });
});

describe.each(shells)("the lookout (%s)", (shell) => {
  it("tells of each ring that it has not heard, whole", async () => {
    const { bell } = ground();
    writeFileSync(bell, "1 1 0 end\n");
    const child = spawn(shell, ["-c", renderLookout(bell, "1 1 0 end").shell], { stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    try {
      await expect.poll(() => said).toBe("listening\n");
      writeFileSync(bell, "2 2 0 start\n");
      await expect.poll(() => said).toBe("listening\n2 2 0 start\n");
      // Half written, and gone: nothing has rung.
      writeFileSync(bell, "2 2");
      rmSync(bell);
      writeFileSync(bell, "2 2 0 end\n");
      await expect.poll(() => said).toBe("listening\n2 2 0 start\n2 2 0 end\n");
    } finally {
      child.kill();
    }
  });

  it("tells of a ring that came before it began", async () => {
    const { bell } = ground();
    writeFileSync(bell, "2 2 0 start\n");
    const child = spawn(shell, ["-c", renderLookout(bell, "1 1 0 end").shell], { stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    try {
      await expect.poll(() => said).toBe("listening\n2 2 0 start\n");
    } finally {
      child.kill();
    }
  });
});
