import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lines, sh, type ShellExpression } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { findProcesses } from "../../../../tools/e2e/find-processes.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { shells } from "../../../../tools/shells/run-shell.js";
import { renderFence } from "./fence-script.js";

const newFolder = scratchFolders("it's alive é ");

interface Ground {
  readonly folder: string;
  readonly fence: string;
}

function ground(): Ground {
  const folder = newFolder();
  mkdirSync(join(folder, "bin"));
  return { folder, fence: join(folder, "aa.run") };
}

/** A node without a program: another of its name fails. */
function without(name: string, { folder }: Ground): void {
  writeFileSync(join(folder, "bin", name), "#!/bin/sh\nexit 125\n");
  chmodSync(join(folder, "bin", name), 0o755);
}

/** Makes a file look as if nobody had touched it for long, and waits until somebody has. */
const touched = (file: string): ShellExpression => sh`
  touch -d @1000 ${file}
  for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 0.2
    [ "$(stat -c %Y ${file})" -eq 1000 ] || { echo alive; break; }
  done
`;

describe.each(shells)("a job's signs of life (%s)", (shell) => {
  /** Runs a job with the fence, in a process group of its own as Slurm does, to its end. */
  async function run({ folder, fence }: Ground, heartbeatSeconds: number, command: ShellExpression): Promise<{ readonly stdout: string; readonly code: number | null; readonly signal: string | null }> {
    const script = lines(renderFence({ file: fence, heartbeatSeconds }), sh`set -eu`, command);
    const job = spawn(shell, ["-c", script.shell], { detached: true, stdio: ["ignore", "pipe", "inherit"], env: { PATH: `${folder}/bin:${process.env["PATH"] ?? ""}`, SLURM_JOB_ID: "12", SLURMD_NODENAME: "c1" } });
    let stdout = "";
    job.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    const [code, signal] = (await once(job, "close")) as [number | null, string | null];
    return { stdout, code, signal };
  }

  const left = ({ folder }: Ground): readonly string[] => findProcesses({ marked: folder, namespaces: new Set() }).map(({ command }) => command);

  it.each<[string, ShellExpression]>([
    ["is another program by now, and fails", sh`exec sh -c 'sleep 0.2; exit 7'`],
    ["is killed", sh`sleep 0.2; kill -9 $$`],
    ["is killed with all of its group", sh`sleep 0.2; kill 0`],
    ["leaves a process running", sh`env -i sleep 5 >/dev/null 2>&1 & exec sleep 0.2`],
  ])("end at once with a job that %s", async (_, command) => {
    const at = ground();
    await run(at, 60, command);
    await expect.poll(() => left(at), { timeout: 4000 }).toEqual([]);
  });

  it.each<[string, (at: Ground) => void]>([
    ["", () => undefined],
    [" on a node without timeout", (at) => without("timeout", at)],
    [" on a node whose tail watches no process", (at) => without("tail", at)],
  ])("come while it runs, from no child of it, and not later%s", async (_, prepare) => {
    const at = ground();
    prepare(at);
    expect(await run(at, 1, lines(sh`wait`, touched(at.fence)))).toMatchObject({ stdout: "alive\n", code: 0 });
    await expect.poll(() => left(at), { timeout: 4000 }).toEqual([]);
  });

  it.each(["HUP", "INT", "USR1", "USR2", "TERM"])("come from a job that %s to all of its processes has not ended", async (signal) => {
    const at = ground();
    expect(await run(at, 1, lines(sh`trap : ${signal}; sleep 0.3; kill -s ${signal} 0`, touched(at.fence)))).toMatchObject({ stdout: "alive\n", code: 0 });
  });

  it("go on after a moment in which the fence cannot be read", async () => {
    const at = ground();
    const away = sh`mv ${at.fence} ${`${at.fence}.away`}; sleep 1.5; mv ${`${at.fence}.away`} ${at.fence}`;
    expect(await run(at, 1, lines(away, touched(at.fence)))).toMatchObject({ stdout: "alive\n", code: 0 });
  });

  it("end a start that a later one has taken over from", async () => {
    const at = ground();
    expect(await run(at, 1, sh`echo "job 12 1 c2" >${at.fence}; exec sleep 10`)).toMatchObject({ signal: "SIGTERM" });
    await expect.poll(() => left(at), { timeout: 4000 }).toEqual([]);
  });
});
