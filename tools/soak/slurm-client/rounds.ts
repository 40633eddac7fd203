import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { SshOptions } from "@hpckit/transport";
import { randomFrom } from "../transport/random-from.js";
import { allFaults, type Fault } from "./faults.js";
import type { SubmissionGround } from "./ground.js";
import { submitInGroups, type ClientWork } from "./work.js";

/** What came of submissions through faults. */
export interface SubmissionReport {
  readonly submissions: number;
  /** How often each was planned. */
  readonly faults: ReadonlyMap<Fault, number>;
  readonly killed: number;
  readonly cuts: number;
  /** Keys of which Slurm had two jobs: the fence has let one of them run. */
  readonly doubled: readonly string[];
  readonly executedTwice: readonly string[];
  readonly neverExecuted: readonly string[];
  readonly withoutHandle: readonly string[];
  readonly left: readonly string[];
}

export interface RoundOptions {
  readonly submissions: number;
  /** The same seed plans the same faults, kills and cuts. */
  readonly seed: number;
}

const keysOfRound = 50;
/** A client is killed at most so long after it has connected: about as long as fifty submissions take. */
const longestLifeMs = { "command-line": 3000, rest: 1200 } as const;
/** A submission of fifty jobs sends and receives about so much. */
const mostBytes = 200_000;
/** Each goes on where the one before it ended. */
const mostTries = 20;

export async function submitThroughFaults(ground: SubmissionGround, { submissions, seed }: RoundOptions): Promise<SubmissionReport> {
  const random = randomFrom(seed);
  const faults = new Map<Fault, number>();
  const withoutHandle: string[] = [];
  const keys = Array.from({ length: submissions }, (_, index) => `key-${index}`);
  let killed = 0;
  let cuts = 0;
  for (let at = 0; at < keys.length; at += keysOfRound) {
    const own = keys.slice(at, at + keysOfRound);
    const planned = new Map(own.map((key) => [key, (ground.way === "rest" ? undefined : allFaults[Math.floor(random() * allFaults.length)]) ?? "none"]));
    for (const fault of planned.values()) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    await ground.programs.plan(planned);
    ground.wire.cutAfter(Math.floor(random() * mostBytes));
    const lives = [ground.direct, ground.throughWire].map((login) => liveAndDie(ground, login, own, random() * longestLifeMs[ground.way]));
    killed += (await Promise.all(lives)).filter(Boolean).length;
    if (ground.wire.cutAtMs !== undefined) cuts++;
    ground.wire.cutAfter(Infinity);
    withoutHandle.push(...(await recover(ground, own)));
    console.error(`  ${Math.min(at + keysOfRound, keys.length)} of ${keys.length}`);
  }
  const left = await untilQueueIsEmpty(ground);
  const counts = await countRuns(ground);
  return {
    submissions,
    faults,
    killed,
    cuts,
    doubled: await findDoubled(ground),
    executedTwice: keys.filter((key) => (counts.get(key) ?? 0) > 1),
    neverExecuted: keys.filter((key) => !counts.has(key)),
    withoutHandle,
    left,
  };
}

/** A client process that submits, and is killed with −9. @returns whether it was, before its end. */
async function liveAndDie({ options: slurm, runs }: SubmissionGround, login: SshOptions, keys: readonly string[], lifeMs: number): Promise<boolean> {
  const client = fork(join(import.meta.dirname, "client.ts"), { execArgv: [...process.execArgv] });
  const gone = once(client, "exit");
  await said(client, "ready");
  client.send({ login, slurm, keys, runs } satisfies ClientWork);
  await Promise.race([said(client, "connected"), gone]);
  await Promise.race([delay(lifeMs), gone]);
  const isAlive = client.exitCode === null;
  client.kill("SIGKILL");
  await gone;
  return isAlive;
}

const said = (client: ChildProcess, word: string): Promise<void> =>
  new Promise((resolve) => {
    client.on("message", (message) => {
      if (message === word) resolve();
    });
  });

/** The client that is started again: submits the same keys until each has a job. @returns what has none. */
async function recover({ slurm, runs }: SubmissionGround, keys: readonly string[]): Promise<readonly string[]> {
  let open: readonly string[] = keys;
  let errors: readonly string[] = [];
  for (let tries = 0; tries < mostTries && open.length > 0; tries++) {
    const results = await submitInGroups(slurm, open, runs);
    errors = results.flatMap((result, index) => (result.kind === "error" ? [`${open[index] ?? ""}: ${String(result.error)}`] : []));
    open = open.filter((_, index) => results[index]?.kind === "error");
  }
  return errors;
}

/** Jobs that give way are queued again, and wait for two minutes unless told otherwise. */
async function untilQueueIsEmpty({ cluster }: SubmissionGround): Promise<readonly string[]> {
  const deadline = Date.now() + 300_000;
  for (;;) {
    const { stdout } = await cluster.exec(["squeue", "--noheader", "--format=%i %T %r"]);
    const left = stdout.split("\n").filter((line) => line !== "");
    if (left.length === 0 || Date.now() > deadline) return left;
    for (const line of left) if (line.includes("BeginTime")) await cluster.exec(["scontrol", "update", `jobid=${line.split(" ")[0] ?? ""}`, "StartTime=now"]);
    await delay(1000);
  }
}

async function countRuns({ transport, runs }: SubmissionGround): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const key of new TextDecoder().decode(await transport.readFile(runs)).split("\n")) if (key !== "") counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Accounting knows every job that there ever was. */
async function findDoubled({ cluster }: SubmissionGround): Promise<readonly string[]> {
  const { stdout } = await cluster.exec(["sacct", "--noheader", "--parsable2", "--allocations", "--allusers", "--starttime=now-1day", "--format=JobName"]);
  const names = stdout.split("\n").filter((line) => line !== "");
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
