import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { row, type BenchmarkRow } from "../benchmark.js";
import { openGround, type Ground } from "./ground.js";
import { inTurns } from "./in-turns.js";

const files = 5000;
const fileBytes = 4096;

/** Many small files in both directions, against tar over ssh with one sync at the end, and rsync. */
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
  const ways: Record<string, () => Promise<unknown>> = {
    hpckit: () => (direction === "up" ? login.upload(from, to) : login.download(from, to)),
    tar: () =>
      direction === "up"
        ? shell(`tar -C '${from}' -cf - . | "$@" 'mkdir ${to} && tar -C ${to} -xf - && sync -f ${to}'`)
        : shell(`mkdir '${to}' && "$@" 'tar -C ${from} -cf - .' | tar -C '${to}' -xf - && sync -f '${to}'`),
    rsync: () => execa("rsync", ["-a", "-e", ssh.map((word) => `'${word}'`).join(" "), ...(direction === "up" ? [`${from}/`, `${there}${to}`] : [`${there}${from}/`, to])]),
  };
  const each = Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, async () => {
    await rm(to, { recursive: true, force: true });
    await way();
  }]));
  const times = await inTurns(each);
  const of = (name: string): number => times[name] ?? NaN;
  for (const name of Object.keys(ways)) onRow(row(`${what}, ${name}`, of(name) / 1000, "s"));
  onRow(row(`${what} : tar over ssh`, of("hpckit") / of("tar"), "×", 1.3));
  await rm(from, { recursive: true });
  await rm(to, { recursive: true });
}

async function fill(folder: string): Promise<void> {
  for (let index = 0; index < files; index++) {
    const sub = join(folder, String(index % 50));
    if (index < 50) await mkdir(sub, { recursive: true });
    await writeFile(join(sub, `file-${index}`), Buffer.alloc(fileBytes, index));
  }
  await execa("chmod", ["-R", "a+rX", folder]);
}
