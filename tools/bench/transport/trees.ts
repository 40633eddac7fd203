import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { planSync, type PlanSyncOptions } from "@hpckit/transport";
import { execa } from "execa";
import { row, type BenchmarkRow } from "../benchmark.js";
import { openGround, type Ground } from "./ground.js";
import { inTurns } from "./in-turns.js";

const files = 5000;
const fileBytes = 4096;

/** Many small files in both directions, against tar over ssh with one sync at the end, and rsync; and again, when there is nothing to do. */
export async function measureTrees(onRow: (row: BenchmarkRow) => void): Promise<void> {
  for (const roundTripMs of [0, 20]) {
    await using ground = await openGround(roundTripMs);
    const what = `${files} files, RTT ${roundTripMs === 0 ? "≈0" : `${roundTripMs} ms`}`;
    for (const direction of ["up", "down"] as const) await measure(onRow, ground, `${what}, ${direction}`, direction);
  }
}

async function measure(onRow: (row: BenchmarkRow) => void, ground: Ground, what: string, direction: "up" | "down"): Promise<void> {
  const [near, far] = direction === "up" ? [ground.here, ground.there] : [ground.there, ground.here];
  const from = join(near, "tree");
  const to = join(far, "copy");
  await fill(from);
  await using login = await ground.connect();
  const ssh = ["ssh", "-p", String(ground.port), ...ground.sshOptions];
  const shell = (line: string): Promise<unknown> => execa("sh", ["-c", line, "sh", ...ssh, ground.address]);
  const there = `${ground.address}:`;
  const rsync = (): Promise<unknown> =>
    execa("rsync", ["-a", "-e", ssh.map((word) => `'${word}'`).join(" "), ...(direction === "up" ? [`${from}/`, `${there}${to}`] : [`${there}${from}/`, to])]);
  const ways: Record<string, () => Promise<unknown>> = {
    hpckit: () => (direction === "up" ? login.upload(from, to) : login.download(from, to)),
    tar: () =>
      direction === "up"
        ? shell(`tar -C '${from}' -cf - . | "$@" 'mkdir ${to} && tar -C ${to} -xf - && sync -f ${to}'`)
        : shell(`mkdir '${to}' && "$@" 'tar -C ${from} -cf - .' | tar -C '${to}' -xf - && sync -f '${to}'`),
    rsync,
  };
  const each = Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, async () => {
    await rm(to, { recursive: true, force: true });
    await way();
  }]));
  const times = await inTurns(each);
  const of = (name: string): number => times[name] ?? NaN;
  for (const name of Object.keys(ways)) onRow(row(`${what}, ${name}`, of(name) / 1000, "s"));
  onRow(row(`${what} : tar over ssh`, of("hpckit") / of("tar"), "×", 1.3));
  await measureAgain(onRow, ground, what, { login, rsync, folders: direction === "up" ? { local: from, remote: to, direction } : { local: to, remote: from, direction } });
  await rm(from, { recursive: true });
  await rm(to, { recursive: true });
}

interface Again {
  readonly login: Transport;
  readonly rsync: () => Promise<unknown>;
  readonly folders: PlanSyncOptions;
}

/** rsync signs in each time, and so does the first of ours. */
async function measureAgain(onRow: (row: BenchmarkRow) => void, ground: Ground, what: string, { login, rsync, folders }: Again): Promise<void> {
  const nothingToDo = async (transport: Transport): Promise<void> => {
    const { steps } = await planSync(transport, folders);
    if (steps.length > 0) throw new Error(`${what}: there are ${steps.length} steps to do again`);
  };
  await rsync();
  const times = await inTurns({
    rsync,
    async signIn() {
      await using fresh = await ground.connect({ ownConnection: true });
      await nothingToDo(fresh);
    },
    connected: () => nothingToDo(login),
  });
  const ratio = (name: string): number => (times[name] ?? NaN) / (times["rsync"] ?? NaN);
  onRow(row(`${what}, nothing to do again, with a sign-in : rsync`, ratio("signIn"), "×", 1.5));
  onRow(row(`${what}, nothing to do again, connected : rsync`, ratio("connected"), "×"));
}

async function fill(folder: string): Promise<void> {
  for (let index = 0; index < files; index++) {
    const sub = join(folder, String(index % 50));
    if (index < 50) await mkdir(sub, { recursive: true });
    await writeFile(join(sub, `file-${index}`), Buffer.alloc(fileBytes, index));
  }
  await execa("chmod", ["-R", "a+rX", folder]);
}
