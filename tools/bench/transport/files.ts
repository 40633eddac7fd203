import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, copyFile, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { CopyResult, Transport } from "@hpckit/core";
import { execa } from "execa";
import type { Client, ClientChannel } from "ssh2";
import { row, type BenchmarkRow } from "../benchmark.js";
import { openGround, type Ground } from "./ground.js";
import { inTurns } from "./in-turns.js";

const mib = 1024 * 1024;

/** One large file in both directions, against OpenSSH's tools and the fastest way that ssh2 has. */
export async function measureFiles(onRow: (row: BenchmarkRow) => void): Promise<void> {
  for (const { roundTripMs, sizeBytes } of [
    { roundTripMs: 0, sizeBytes: 1024 * mib },
    { roundTripMs: 20, sizeBytes: 256 * mib },
  ]) {
    await using ground = await openGround(roundTripMs);
    const original = join(ground.here, "large");
    await fill(original, sizeBytes);
    const received = join(ground.there, "large");
    await copyFile(original, received);
    await chmod(received, 0o644);
    const what = `${sizeBytes / mib} MiB, RTT ${roundTripMs === 0 ? "≈0" : `${roundTripMs} ms`}`;
    await measure(onRow, ground, `${what}, up`, original, "up");
    await measure(onRow, ground, `${what}, down`, received, "down");
  }
}

async function measure(onRow: (row: BenchmarkRow) => void, ground: Ground, what: string, file: string, direction: "up" | "down"): Promise<void> {
  const raw = await ground.connectRaw();
  await using login = await ground.connect();
  await using system = await ground.connectSystem();
  const copy = join(direction === "up" ? ground.there : ground.here, "copy");
  const port = String(ground.port);
  const there = `${ground.address}:`;
  const [from, to] = direction === "up" ? [file, `${there}${copy}`] : [`${there}${file}`, copy];
  const ssh = ["ssh", "-p", port, ...ground.sshOptions].map((word) => `'${word}'`).join(" ");
  const sftp = (...flags: readonly string[]): Promise<unknown> => {
    const command = [direction === "up" ? "put" : "get", ...flags, `"${file}"`, `"${copy}"`].join(" ");
    return execa("sftp", ["-q", "-b", "-", "-P", port, ...ground.sshOptions, ground.address], { input: command });
  };
  const ways: Record<string, () => Promise<unknown>> = {
    hpckit: () => transfer(login, direction, file, copy),
    "hpckit over the system's ssh": () => transfer(system, direction, file, copy),
    ssh2: () => (direction === "up" ? rawUp(raw, file, copy) : rawDown(raw, file, copy)),
    sftp: () => sftp(),
    "sftp -f": () => sftp("-f"),
    scp: () => execa("scp", ["-q", "-P", port, ...ground.sshOptions, from, to]),
    rsync: () => execa("rsync", ["-W", "--inplace", "-e", ssh, from, to]),
  };
  const each = Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, async () => {
    await rm(copy, { force: true });
    await way();
  }]));
  const times = await inTurns(each);
  const of = (name: string): number => times[name] ?? NaN;
  const best = Math.min(of("sftp"), of("scp"), of("rsync"));
  for (const name of Object.keys(ways)) onRow(row(`${what}, ${name}`, of(name) / 1000, "s"));
  onRow(row(`${what} : best of OpenSSH`, of("hpckit") / best, "×", ground.roundTripMs === 0 ? 1 : 0.5));
  // What we do always, it does on demand: bring the file to the disk.
  onRow(row(`${what} : sftp -f, which syncs, too`, of("hpckit") / of("sftp -f"), "×"));
  if (ground.roundTripMs === 0) onRow(row(`${what} : raw ssh2 with a digest here`, of("hpckit") / of("ssh2"), "×", 1 / 0.85));
  raw.end();
}

const transfer = (login: Transport, direction: "up" | "down", from: string, to: string): Promise<CopyResult> =>
  direction === "up" ? login.upload(from, to) : login.download(from, to);

/** Bytes that no compression makes smaller. */
async function fill(file: string, sizeBytes: number): Promise<void> {
  await execa("head", ["-c", String(sizeBytes), "/dev/urandom"], { stdout: { file }, buffer: false });
  await using handle = await open(file);
  await handle.sync();
}

const start = (client: Client, line: string): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
  });

async function rawUp(client: Client, file: string, copy: string): Promise<void> {
  const channel = await start(client, `cat > ${copy} && sync ${copy}`);
  channel.resume();
  const hash = createHash("sha256");
  const reading = createReadStream(file, { highWaterMark: mib });
  reading.on("data", (piece) => hash.update(piece));
  const closed = once(channel, "close");
  reading.pipe(channel);
  await closed;
  hash.digest();
}

async function rawDown(client: Client, file: string, copy: string): Promise<void> {
  const channel = await start(client, `cat ${file}`);
  const hash = createHash("sha256");
  channel.on("data", (piece: Buffer) => hash.update(piece));
  await pipeline(channel, createWriteStream(copy));
  await using handle = await open(copy);
  await handle.sync();
  hash.digest();
}
