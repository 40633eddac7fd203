import { setMaxListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { connectSlurm, type Job, type Slurm } from "@hpckit/slurm-client";
import type { Clock, Transport } from "@hpckit/core";
import { connectSsh } from "@hpckit/transport";
import { downCluster, upCluster } from "../../cluster/src/index.js";
import { loginOptions } from "../../e2e/sign-in.js";
import { median, row, type BenchmarkRow } from "../benchmark.js";

const singles = 2000;
const arrays = 2;
const tasksOfAnArray = 4000;
const rounds = 15;

/** Waits, so that nothing changes while it is measured. One command for all: the submissions are not what is measured. */
const submitAll = `cd
for i in $(seq ${singles}); do sbatch --parsable --hold -o /dev/null -t 10 -J "task $i" --wrap true; done
for i in $(seq ${arrays}); do sbatch --parsable --hold -o /dev/null -t 10 --array=0-${tasksOfAnArray - 1}%50 --wrap true; done`;

/** A clock on which a tick begins when it is told to; what it measures lies between. */
interface TickClock extends Clock {
  /** Starts the next tick; resolves with its milliseconds. */
  tick(): Promise<number>;
}

function tickClock(): TickClock {
  let skippedMs = 0;
  let release: (() => void) | undefined;
  let slept = (): void => undefined;
  return {
    now: () => Date.now() + skippedMs,
    monotonic: () => performance.now() + skippedMs,
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        release = () => {
          skippedMs += milliseconds;
          resolve();
        };
        slept();
      }),
    async tick() {
      const ended = new Promise<void>((resolve) => {
        slept = resolve;
      });
      const begun = performance.now();
      release?.();
      await ended;
      return performance.now() - begun;
    },
  };
}

/** A tick over 10,000 tasks in the queue, in turns with the bare squeue of the same jobs over the same connection. */
export async function measureTick(onRow: (row: BenchmarkRow) => void): Promise<void> {
  const cluster = await upCluster("24.11", { name: `bench-tick-${process.pid}` });
  try {
    await using login = await connectSsh(loginOptions(cluster));
    const submitted = await login.exec(["sh", "-c", submitAll], { check: true, timeoutMs: 300_000 });
    await measureWatcher(login, submitted.stdout.trim().split("\n"), onRow);
  } finally {
    await downCluster(cluster.name);
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}

async function bareSqueue(login: Transport): Promise<void> {
  const { stdout } = await login.exec(["squeue", "--noheader", "--states=all", "--user=alice", "-o", "%i %T %V %S %M %r %N"], { check: true });
  if (stdout.split("\n").length < singles + arrays) throw new Error("squeue did not show all jobs");
}

async function measureWatcher(login: Transport, ids: readonly string[], onRow: (row: BenchmarkRow) => void): Promise<void> {
  const asked: number[] = [];
  const counted: Transport = {
    ...login,
    exec: async (argv, options) => {
      const begun = performance.now();
      const result = await login.exec(argv, options);
      if (argv.includes("squeue")) asked.push(performance.now() - begun);
      return result;
    },
  };
  const clock = tickClock();
  const slurm = await connectSlurm(counted, { clock, bell: false });
  collectGarbage();
  const before = heapBytes();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const waits = ids.map((id, index) => jobOf(slurm, id, index).done({ signal: stop.signal }).catch(() => undefined));
  await clock.tick();
  asked.length = 0;
  const [bare, ticks]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    bare.push(await timed(() => bareSqueue(login)));
    ticks.push(await clock.tick());
  }
  const held = heapBytes();
  onRow(row(`bare squeue -o of ${singles + arrays * tasksOfAnArray} tasks, median`, median(bare), "ms"));
  onRow(row("a tick over them, median", median(ticks), "ms"));
  onRow(row("a tick, against the bare squeue", median(ticks) / median(bare), "times", 1.5));
  onRow(row("of a tick, reading and deciding", median(ticks.map((tick, index) => tick - (asked[index] ?? 0))), "ms", 50));
  onRow(row("squeues of a tick", asked.length / rounds, "", 1));
  onRow(row("memory for all of them", (held - before) / 1e6, "MB", 100));
  stop.abort();
  await Promise.all(waits);
}

const jobOf = (slurm: Slurm, id: string, index: number): Job =>
  slurm.job({ id, cluster: slurm.cluster.name, submittedAtSeconds: Date.now() / 1000 - 600, ...(index < singles ? {} : { tasks: Array.from({ length: tasksOfAnArray }, (_, task) => task) }) });

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

/** With what is garbage, and not yet collected. */
const heapBytes = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external;
