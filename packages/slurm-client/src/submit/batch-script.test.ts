import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addingLayer, applyLayers, fragment, raw, secret, setVariable, sh, type Launch, type LaunchLayer, type Word } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { renderBatchScript, renderSecrets, secretsMissingStatus } from "./batch-script.js";

const folder = mkdtempSync(join(tmpdir(), "it's a batch script "));
const secretsFile = join(folder, "secrets");
const fence = raw("");
afterAll(() => rmSync(folder, { recursive: true }));

const launchOf = (argv: readonly Word[], layers: readonly LaunchLayer[] = []): Launch => applyLayers({ argv, cwd: undefined }, layers);
const withSecrets = (values: readonly string[]): LaunchLayer => addingLayer("secrets", { setup: values.map((value, index) => setVariable(`TOKEN_${index}`, secret(value))) });

const hostile = fc
  .oneof(fc.string({ unit: "binary", maxLength: 12 }), fc.constantFrom("", "'", "$(id)", "`id`", "a\nb", "\\", "*", "#SBATCH --time=0", "-n", "\nexit 1\n"))
  .map((text) => text.replaceAll("\0", "").replaceAll(/[\ud800-\udfff]/gu, ""));

describe("renderBatchScript", () => {
  it("is readable, and says where it comes from", () => {
    const launch = launchOf(["python", "-m", "process", "--date", "2026-11-20"], [addingLayer("settings", { setup: [setVariable("SITE", "it's here"), setVariable("TOKEN", secret("s3cret"))] })]);
    expect(renderBatchScript(launch, { name: "daily run", fence: sh`[ "$1" = first ] || exit`, secretsFile: "/home/alice/.hpckit/secrets/1" }).text).toBe(`#!/bin/sh
# daily run: rendered by @hpckit/slurm-client. Runs on the first node of the job.
[ "$1" = first ] || exit
if [ ! -r /home/alice/.hpckit/secrets/1 ]; then
  echo 'hpckit: this job'\\''s secrets are not readable at /home/alice/.hpckit/secrets/1: they were removed, or this node does not see that folder' >&2
  exit 78
fi
. /home/alice/.hpckit/secrets/1
set -e
SITE='it'\\''s here'
export SITE
TOKEN="\${HPCKIT_SECRET_1_TOKEN?}"
export TOKEN
unset HPCKIT_SECRET_1_TOKEN
exec python -m process --date 2026-11-20
`);
  });

  it("takes bash where a step needs it", () => {
    const modules = addingLayer("modules", { setup: [fragment(sh`module load python`, { dialect: "bash" })] });
    expect(renderBatchScript(launchOf(["true"], [modules]), { name: undefined, fence, secretsFile }).text).toMatch(/^#!\/bin\/bash\n# Job: /);
  });

  it("runs a fragment of scope node on every node of the job", () => {
    const perNode = addingLayer("per node", { setup: [fragment(sh`mkdir -p "/local/it's"`, { scope: "node" })] });
    expect(renderBatchScript(launchOf(["true"], [perNode]), { name: undefined, fence, secretsFile }).text).toContain(
      `( unset SLURM_GPUS_PER_NODE SLURM_NTASKS_PER_GPU SLURM_DISTRIBUTION; exec srun --nodes="$SLURM_JOB_NUM_NODES" --ntasks="$SLURM_JOB_NUM_NODES" --ntasks-per-node=1 --cpus-per-task=1 --overlap --gres=none --mpi=none --export=ALL /bin/sh -c 'set -e\nmkdir -p "/local/it'\\''s"' )`,
    );
  });

  it.each(shells)("brings arguments, variables and secrets to the command exactly, and no secret into the script (%s)", (shell) => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), hostile, fc.array(hostile.filter((text) => text.length > 3), { minLength: 1, maxLength: 3 }), (words, value, secrets) => {
        const show = `printf '%s\\000' "$VALUE" ${secrets.map((_, index) => `"$TOKEN_${index}"`).join(" ")} "$@"`;
        const launch = launchOf(["sh", "-c", show, "sh", ...words], [addingLayer("value", { setup: [setVariable("VALUE", value)] }), withSecrets(secrets)]);
        const script = renderBatchScript(launch, { name: "it's", fence, secretsFile });
        writeFileSync(secretsFile, renderSecrets(script.secrets));
        const { stdout, stderr, status } = runShell(shell, script.text);
        expect({ stdout, status, stderr }).toEqual({ stdout: [value, ...secrets, ...words].map((word) => `${word}\0`).join(""), status: 0, stderr: "" });
      }),
      { numRuns: 25 },
    );
    const canary = "canary-0123456789";
    expect(renderBatchScript(launchOf(["true"], [withSecrets([canary])]), { name: undefined, fence, secretsFile }).text).not.toContain(canary);
  });

  it("leaves no carrier of a secret to the command", () => {
    const script = renderBatchScript(launchOf(["env"], [withSecrets(["s3cret"])]), { name: undefined, fence, secretsFile });
    writeFileSync(secretsFile, renderSecrets(script.secrets));
    const { stdout } = runShell("sh", script.text);
    expect(stdout).toContain("TOKEN_0=s3cret");
    expect(stdout).not.toContain("HPCKIT_SECRET");
  });

  it("ends before the command when the secrets are gone", () => {
    const script = renderBatchScript(launchOf(["echo", "reached"], [withSecrets(["x"])]), { name: undefined, fence, secretsFile: join(folder, "gone") });
    expect(runShell("sh", script.text)).toMatchObject({ status: secretsMissingStatus, stdout: "", stderr: expect.stringContaining("secrets are not readable at") as string });
  });

  it("ends with the status of the command, or of the step that failed", () => {
    const status = (launch: Launch): number | null => runShell("sh", renderBatchScript(launch, { name: undefined, fence, secretsFile }).text).status;
    expect(status(launchOf(["sh", "-c", "exit 7"]))).toBe(7);
    expect(status(launchOf(["true"], [addingLayer("failing", { setup: [fragment(raw("(exit 9)"))] })]))).toBe(9);
  });

  it("has a name that can be no directive, nor a second line", () => {
    const { text } = renderBatchScript(launchOf(["true"]), { name: "#SBATCH --time=0", fence, secretsFile });
    expect(text.split("\n")[1]).toMatch(/^# #SBATCH/);
  });
});
