import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addingLayer, applyLayers, compose, fragment, OptionsError, secret, setVariable, sh, type Launch, type LaunchLayer, type Recipe, type ShellExpression } from "@hpckit/core";
import { afterAll, describe, expect, it } from "vitest";
import { shells, type ShellName } from "../../../../tools/shells/run-shell.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { SurviveLimitOptions } from "./survival-settings.js";
import { surviveLimit } from "./survive-limit.js";

const root = mkdtempSync(join(tmpdir(), "survival-"));
afterAll(() => rmSync(root, { recursive: true }));

const launchOf = ({ launch }: JobSpecInput): Launch => applyLayers(launch, (launch as Recipe).layers as readonly LaunchLayer[]);

const scriptOf = (spec: JobSpecInput): string => {
  const [, , script] = launchOf(spec).argv;
  if (typeof script !== "string") throw new TypeError("the script is a text");
  return script;
};

interface Scene {
  readonly options?: Partial<SurviveLimitOptions>;
  /** Signals to the batch shell alone, once the command has said that it is there; a pause in milliseconds between them. */
  readonly signals?: readonly NodeJS.Signals[];
  readonly pauseMs?: number;
  /** What squeue says: state, time of preemption, seconds left. */
  readonly queue?: readonly [state: string, preempted: "N/A" | "now", left: number] | "away";
  /** How long squeue takes, in seconds. */
  readonly queueTakes?: number;
  /** What `scontrol requeue` says, and its status. */
  readonly requeue?: readonly [said: string, status: number];
  readonly restarts?: number;
  readonly arrayTask?: number;
}

interface Played {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The jobs that were queued again. */
  readonly requeued: readonly string[];
}

/** Plays one run of a job in a real shell, with scripted squeue and scontrol in its PATH. */
async function play(shell: ShellName, command: ShellExpression, scene: Scene = {}): Promise<Played> {
  const { options = {}, signals = [], pauseMs = 50, queue = ["RUNNING", "N/A", 2], queueTakes = 0, requeue = ["", 0], restarts, arrayTask } = scene;
  const folder = mkdtempSync(join(root, "run-"));
  const program = (name: string, script: ShellExpression): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script.shell}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program("scontrol", sh`echo "$2" >>${join(folder, "requeued")}; printf '%s' ${requeue[0]} >&2; exit ${requeue[1]}`);
  if (queue === "away") program("squeue", sh`echo 'Unable to contact slurm controller' >&2; exit 1`);
  else program("squeue", sh`sleep ${queueTakes}; now=$(date +%s); echo ${queue[0]}'|'${queue[1] === "now" ? sh`"$now"` : "N/A"}'|'$((now + ${queue[2]}))'|'`);

  const spec = surviveLimit({ launch: compose(["sh", "-c", command.shell]) }, { requeues: 2, warnSeconds: 2, ...options });
  const child = spawn(shell, ["-c", scriptOf(spec)], {
    cwd: folder,
    env: {
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
      SLURM_JOB_ID: "41",
      ...(restarts === undefined ? {} : { SLURM_RESTART_COUNT: String(restarts) }),
      ...(arrayTask === undefined ? {} : { SLURM_ARRAY_JOB_ID: "40", SLURM_ARRAY_TASK_ID: String(arrayTask) }),
    },
  });
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    if (stdout === "") signals.forEach((signal, index) => setTimeout(() => child.kill(signal), index * pauseMs));
    stdout += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const log = join(folder, "requeued");
  return { status, stdout, stderr, requeued: existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [] };
}

/** Says that it is there, and ends with a status when it is asked for a checkpoint. */
const polite = (status: number, signal = "USR2"): ShellExpression => sh`trap ${`echo asked; exit ${status}`} ${signal}; echo there; while :; do sleep 0.1; done`;
/** Says that it is there, and hears nothing. */
const deaf = sh`trap '' USR2 TERM; echo there; while :; do sleep 0.1; done`;

describe.concurrent.each(shells)("a command that survives its limit, in %s", (shell) => {
  it.each([0, 3, 85])("ends the job with its own exit code %i if it ends before the warning", async (code) => {
    expect(await play(shell, sh`exit ${code}`)).toMatchObject({ status: code, requeued: [] });
  });

  it("is asked for a checkpoint and queued again, which is no success", async () => {
    const played = await play(shell, polite(0), { signals: ["SIGUSR2"] });
    expect(played).toMatchObject({ status: 75, stdout: "there\nasked\n", requeued: ["41"] });
    expect(played.stderr).toContain("job 41: warned (limit)");
    expect(played.stderr).toContain("queued again (limit)");
  });

  it("that does not know the signal dies of it, and is queued again", async () => {
    expect(await play(shell, sh`echo there; exec sleep 20`, { signals: ["SIGUSR2"] })).toMatchObject({ status: 75, requeued: ["41"] });
  });

  it("that does not hear is ended, then killed, and queued again", { timeout: 30_000 }, async () => {
    const played = await play(shell, deaf, { signals: ["SIGUSR2"] });
    expect(played).toMatchObject({ status: 75, requeued: ["41"] });
    expect(played.stderr).toContain("did not end in time");
  });

  it("that fails after the warning fails, and is not queued again", async () => {
    const played = await play(shell, polite(3), { signals: ["SIGUSR2"] });
    expect(played).toMatchObject({ status: 3, requeued: [] });
    expect(played.stderr).toContain("failed with exit code 3 after the warning");
  });

  it("says with its exit code whether it has more to do, also before the warning", async () => {
    const options = { unfinishedExitCode: 85 };
    expect(await play(shell, polite(0), { options, signals: ["SIGUSR2"] })).toMatchObject({ status: 0, requeued: [] });
    expect(await play(shell, polite(85), { options, signals: ["SIGUSR2"] })).toMatchObject({ status: 75, requeued: ["41"] });
    expect(await play(shell, sh`exit 85`, { options })).toMatchObject({ status: 75, requeued: ["41"] });
  });

  it("ends unfinished when its requeues are used up", async () => {
    const played = await play(shell, polite(0), { signals: ["SIGUSR2"], restarts: 2 });
    expect(played).toMatchObject({ status: 75, requeued: [] });
    expect(played.stderr).toContain("no more than 2 times");
    expect(await play(shell, polite(0), { signals: ["SIGUSR2"], restarts: 1 })).toMatchObject({ requeued: ["41"] });
  });

  it("is queued again after a preemption whatever was used up", async () => {
    const played = await play(shell, polite(0), { signals: ["SIGUSR2"], restarts: 9, queue: ["RUNNING", "now", 30] });
    expect(played).toMatchObject({ status: 75, requeued: ["41"] });
    expect(played.stderr).toMatch(/warned \(preemption\): the command has 2[0-3] seconds/);
  });

  it("is queued again when its step was ended by a preemption without a warning, and not when it failed alone", async () => {
    expect(await play(shell, sh`exit 143`, { queue: ["RUNNING", "now", 30] })).toMatchObject({ status: 75, requeued: ["41"] });
    expect(await play(shell, sh`exit 143`)).toMatchObject({ status: 143, requeued: [] });
  });

  it("is queued again at once when it is preempted without a grace", async () => {
    const played = await play(shell, sh`trap 'sleep 0.5; exit 9' TERM; echo there; while :; do sleep 0.1; done`, { signals: ["SIGTERM", "SIGUSR2"], queue: ["COMPLETING", "now", 0], queueTakes: 0.3 });
    expect(played).toMatchObject({ status: 75, requeued: ["41"] });
  });

  it("does not come back when it is cancelled, be it before or after the warning", async () => {
    const cancelled = { queue: ["COMPLETING", "N/A", 0] } as const;
    expect(await play(shell, sh`echo there; exec sleep 20`, { ...cancelled, signals: ["SIGTERM"] })).toMatchObject({ status: 143, requeued: [] });
    const both = await play(shell, polite(0, "TERM"), { ...cancelled, signals: ["SIGUSR2", "SIGTERM"], pauseMs: 500, options: { checkpoint: { signal: "HUP" }, warnSeconds: 60 } });
    expect(both.requeued).toEqual([]);
    expect(await play(shell, polite(0), { ...cancelled, signals: ["SIGUSR2"] })).toMatchObject({ status: 75, requeued: [] });
  });

  it("names an array's task, because its id can be that of the whole array", async () => {
    expect(await play(shell, polite(0), { signals: ["SIGUSR2"], arrayTask: 3 })).toMatchObject({ requeued: ["40_3"] });
  });

  it("says why Slurm does not queue it again, with another exit code", async () => {
    const played = await play(shell, polite(0), { signals: ["SIGUSR2"], requeue: ["Requested operation is presently disabled for job 41", 1] });
    expect(played).toMatchObject({ status: 77, requeued: ["41"] });
    expect(played.stderr).toContain("presently disabled");
  });

  it("takes a job that Slurm has queued again by itself for queued", async () => {
    expect(await play(shell, polite(0), { signals: ["SIGUSR2"], requeue: ["Job is pending execution for job 41", 1] })).toMatchObject({ status: 75, requeued: ["41"] });
  });

  it("asks a controller that is away again", { timeout: 30_000 }, async () => {
    const played = await play(shell, polite(0), { signals: ["SIGUSR2"], requeue: ["Unable to contact slurm controller (connect failure)", 1] });
    expect(played.status).toBe(77);
    expect(played.requeued).toHaveLength(5);
  });

  it("is not queued again when squeue does not say whether it was cancelled", { timeout: 30_000 }, async () => {
    const played = await play(shell, polite(0), { signals: ["SIGUSR2"], queue: "away" });
    expect(played).toMatchObject({ status: 77, requeued: [] });
    expect(played.stderr).toContain("warned (unknown)");
    expect(played.stderr).toContain("does not say whether it was cancelled");
  });

  it("lets a checkpoint command write the checkpoint, and ends the command for it", async () => {
    const checkpoint = { command: ["sh", "-c", "echo written by $1", "sh", "it's me"], then: "end" } as const;
    expect(await play(shell, sh`echo there; exec sleep 20`, { signals: ["SIGUSR2"], options: { checkpoint } })).toMatchObject({
      status: 75,
      stdout: "there\nwritten by it's me\n",
      requeued: ["41"],
    });
  });

  it("is ended in time when the checkpoint command fails, which is told", async () => {
    const played = await play(shell, sh`echo there; exec sleep 20`, { signals: ["SIGUSR2"], options: { checkpoint: { command: ["false"], then: "end" } } });
    expect(played).toMatchObject({ status: 75, requeued: ["41"] });
    expect(played.stderr).toContain("the checkpoint command failed with exit code 1");
  });

  it("hears the other signals, and its standard input", async () => {
    expect(await play(shell, polite(5, "USR1"), { signals: ["SIGUSR1"] })).toMatchObject({ status: 5, stdout: "there\nasked\n" });
    expect(await play(shell, polite(6, "HUP"), { signals: ["SIGHUP"] })).toMatchObject({ status: 6 });
  });
});

describe("surviveLimit", () => {
  const launch = compose(["./model"]);

  it("asks Slurm for the warning, for requeues, and for one log of all runs", () => {
    const spec = surviveLimit({ name: "long", time: "1h", launch }, { requeues: 3, warnSeconds: 300 });
    expect(spec).toMatchObject({ name: "long", time: "1h", requeue: true, warningSignal: { name: "USR2", secondsBefore: 300, to: "batch" }, openMode: "append" });
    expect(surviveLimit({ launch, requeue: "expedite" }, { requeues: 0 })).toMatchObject({ requeue: "expedite", warningSignal: { secondsBefore: 120 } });
  });

  it("keeps secrets out of the script, and lets setup run once per node inside of it", () => {
    const layers = [addingLayer("inner", { setup: [setVariable("TOKEN", secret("s3cret")), fragment(sh`mkdir /local/x`, { scope: "node" })] })];
    const surviving = launchOf(surviveLimit({ launch: compose(["./model"], layers) }, { requeues: 1 }));
    expect(JSON.stringify(surviving.argv)).not.toContain("s3cret");
    expect(surviving.argv[2]).toContain("--ntasks-per-node=1");
    expect(surviving.setup).toMatchObject([{ kind: "set", name: expect.stringContaining("TOKEN") as string }]);
    expect(surviveLimit({ launch: applyLayers(launch, layers) }, { requeues: 1 }).launch).toEqual(surviving);
  });

  it.each([
    [{}, { requeue: 1 }, 'did you mean "requeues"?'],
    [{}, { requeues: -1 }, "at least 0"],
    [{}, { requeues: 1, checkpoint: { signal: "INT" } }, "checkpoint"],
    [{}, { requeues: 1, unfinishedExitCode: 137 }, "a signal to shells"],
    [{ requeue: false }, { requeues: 1 }, "may not be queued again"],
    [{ warningSignal: { name: "USR1", to: "steps" } }, { requeues: 1 }, "warnSeconds"],
    [{ openMode: "truncate" }, { requeues: 1 }, "would replace"],
    [{ time: "2m" }, { requeues: 1 }, "not longer than the 120 seconds"],
    [{ time: "1h", timeMin: "2m" }, { requeues: 1 }, "timeMin: not longer"],
    [{ time: "1h", components: [{}, { time: "1m" }] }, { requeues: 1 }, "components[1].time: not longer"],
  ])("refuses %j with %j", (changes, options, message) => {
    const make = (): unknown => surviveLimit({ launch, ...changes } as JobSpecInput, options as unknown as SurviveLimitOptions);
    expect(make).toThrow(OptionsError);
    expect(make).toThrow(message);
  });
});
