import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyLayers, compose, sh, type LaunchLayer, type Recipe, type ShellExpression } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { shells } from "../../../../tools/shells/run-shell.js";
import { renderBatchScript } from "../submit/batch-script.js";
import { renderFence } from "../submit/fence-script.js";
import type { SurviveLimitOptions } from "./survival-settings.js";
import { surviveLimit } from "./survive-limit.js";

const newFolder = scratchFolders("it's next é ");

describe.each(shells)("the fence of a job that survives its limit (%s)", (shell) => {
  /** What stands in the fence after the first start of a job. */
  function fenceAfter(command: (fence: string) => ShellExpression, { mayComeBack = true, ...options }: Partial<SurviveLimitOptions> & { readonly mayComeBack?: boolean } = {}): string {
    const folder = newFolder();
    const [bin, file] = [join(folder, "bin"), join(folder, "aa.run")];
    mkdirSync(bin);
    for (const [name, program] of [["squeue", 'now=$(date +%s); echo "RUNNING|N/A|$((now + 2))|"'], ["scontrol", ":"]] as const) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${program}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const { launch } = surviveLimit({ launch: compose(["sh", "-c", command(file).shell]) }, { requeues: 2, warnSeconds: 2, unfinishedExitCode: 85, ...options });
    const fence = renderFence({ file, heartbeatSeconds: mayComeBack ? 60 : undefined });
    const { text } = renderBatchScript(applyLayers(launch, (launch as Recipe).layers as readonly LaunchLayer[]), { name: "it", fence, secretsFile: "/none" });
    spawnSync(shell, ["-c", text], { env: { PATH: `${bin}:${process.env["PATH"] ?? ""}`, SLURM_JOB_ID: "12", SLURMD_NODENAME: "c1" }, timeout: 20_000 });
    return readFileSync(file, "utf8");
  }

  const warned = (then: ShellExpression): ShellExpression => sh`trap ${then.shell} USR1; kill -s USR2 "$PPID"; while :; do sleep 0.1; done`;
  const asked = { checkpoint: { signal: "USR1" } } as const;

  it("says that it ended when its command says that it did, be it done or not", () => {
    expect(fenceAfter(() => sh`exit 0`)).toBe("job 12 0 c1\nended\n");
    expect(fenceAfter(() => sh`exit 85`)).toBe("job 12 0 c1\nended\n");
    expect(fenceAfter(() => warned(sh`exit 85`), asked)).toBe("job 12 0 c1\nended\n");
  });

  it("says nothing of a command that failed, or that died of a signal: others of it may go on", () => {
    expect(fenceAfter(() => sh`exit 3`)).toBe("job 12 0 c1\n");
    expect(fenceAfter(() => sh`kill -9 $$`)).toBe("job 12 0 c1\n");
    expect(fenceAfter(() => warned(sh`trap - USR1; kill -s USR1 $$`), asked)).toBe("job 12 0 c1\n");
  });

  it("says nothing as long as a checkpoint is written", () => {
    const checkpoint = (seconds: string) => ({ checkpoint: { command: ["sleep", seconds] } }) as const;
    const ends = sh`kill -s USR2 "$PPID"; sleep 0.8; exit 85`;
    expect(fenceAfter(() => ends, checkpoint("3"))).toBe("job 12 0 c1\n");
    expect(fenceAfter(() => ends, checkpoint("0"))).toBe("job 12 0 c1\nended\n");
  });

  it("is left to a start that has taken over", () => {
    expect(fenceAfter((file) => sh`echo 'job 12 1 c2' >${file}; exit 85`)).toBe("job 12 1 c2\n");
  });

  it("says nothing where no later start would wait", () => {
    expect(fenceAfter(() => sh`exit 85`, { mayComeBack: false })).toBe("job 12 0 c1\n");
  });
});
