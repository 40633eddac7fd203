import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../../config/packages.js";
import { reportVariable } from "./reporter.js";
import { nothing, type Outcome } from "./stage.js";

export interface ToolRun {
  readonly ok: boolean;
  /** How it ended: `exit status 1`, `SIGKILL`. */
  readonly end: string;
  /** Standard output and error as they came. */
  readonly output: string;
  readonly stdout: string;
}

/** Runs a tool of the repository, by the name of its command; a non-zero exit is a result. */
export async function runTool(name: string, argv: readonly string[], signal: AbortSignal, env: Record<string, string> = {}): Promise<ToolRun> {
  const run = await execa(join(repositoryRoot, "node_modules", ".bin", name), argv, {
    cwd: repositoryRoot,
    env: { ...env, NO_COLOR: "1", FORCE_COLOR: undefined },
    all: true,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 60_000, // tests that are ended tidy up after themselves
  });
  signal.throwIfAborted();
  return { ok: run.exitCode === 0, end: run.signal ?? `exit status ${run.exitCode}`, output: run.all, stdout: run.stdout };
}

/** What a run of vitest reported. One that ended badly or reported nothing has failed, whatever its tests did. */
export function readReport(written: string | undefined, { ok, end, output }: Omit<ToolRun, "stdout">, title: string): Outcome {
  const outcome = written === undefined ? nothing : (JSON.parse(written) as Outcome);
  if (outcome.failed.length > 0 || (ok && written !== undefined)) return outcome;
  return { ...outcome, failed: [{ title, text: `it ended with ${end}\n${output.slice(-4000)}`.trimEnd() }] };
}

/** Runs projects of vitest and counts their tests. */
export async function runVitest(argv: readonly string[], signal: AbortSignal, env: Record<string, string> = {}): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "hpckit-test-"));
  try {
    const report = join(folder, "outcome.json");
    const reporter = join(import.meta.dirname, "reporter.ts");
    const run = await runTool("vitest", ["run", `--reporter=${reporter}`, ...argv], signal, { ...env, [reportVariable]: report });
    return readReport(await readFile(report, "utf8").catch(() => undefined), run, `vitest ${argv.join(" ")}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
