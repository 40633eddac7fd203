import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TransportError } from "@hpckit/core";
import { orAborted } from "../guard/stopping.js";
import { masterScript } from "./master-script.js";
import { masterArguments, type MasterArguments } from "./ssh-arguments.js";
import { describeSshFailure, lastLines, type Where } from "./ssh-failure.js";
import { startProcess, type SshProcess } from "./ssh-process.js";
import type { StrictJumps } from "./strict-jumps.js";
import type { SystemSshOptions } from "./system-ssh-options.js";

/** A connection that ssh has signed in, and to which other ssh processes join. */
export interface SshMaster {
  /** Where they join. */
  readonly socketPath: string;
  /** Private to this connection, removed with it. */
  readonly folder: string;
  /** Fires once the connection is gone, with the TransportError. */
  readonly lost: AbortSignal;
  /** Collects what ssh says of the connection from now on. */
  listen(): Listening;
  /** A process that lives no longer than the connection. */
  join(words: readonly string[]): Promise<SshProcess>;
  close(): Promise<void>;
}

/** What has been said since, the last of it. */
export interface Listening extends Disposable {
  said(): string;
}

const saidKept = 16 * 1024;
const pollMs = 10;
const closingMs = 2_000;
/** A socket's path has 104 bytes at most, and ssh first makes it under a name with 17 more. */
const longestPath = 80;

interface StartMaster extends Pick<MasterArguments, "forks"> {
  readonly jumps: StrictJumps;
}

/** Connects, and resolves once others can join. Whatever fails or is aborted leaves nothing behind. */
export async function startMaster(options: SystemSshOptions, where: Where, { forks, jumps }: StartMaster, signal: AbortSignal): Promise<SshMaster> {
  const folder = await privateFolder();
  const socketPath = join(folder, "ssh");
  let master: SshProcess | undefined;
  try {
    signal.throwIfAborted();
    master = await startProcess("/bin/sh", ["-c", masterScript, "hpckit", folder, "ssh", ...masterArguments(options, { socketPath, forks, proxyCommand: jumps.proxyCommand })], jumps.environment);
    master.stdout.resume();
    const listening = listenTo(master);
    await orAborted(untilReady(master, socketPath, signal, () => describeSshFailure(where, listening.said())), signal);
    return handle({ master, folder, socketPath, where, listening });
  } catch (error) {
    if (master !== undefined) await killMaster(master);
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Mode 0700, by mkdtemp. ssh expands `%` and `$` in the path, so that a temporary folder of an unusual name is not used. */
async function privateFolder(): Promise<string> {
  const name = "hpckit-ssh-";
  const usual = join(tmpdir(), name);
  return mkdtemp(/^\/[\w./+-]*$/.test(usual) && usual.length + 10 < longestPath ? usual : join("/tmp", name));
}

function listenTo({ stderr }: SshProcess): Listening {
  let said = "";
  const onPiece = (piece: Buffer): void => void (said = (said + piece.toString("utf8")).slice(-saidKept));
  stderr.on("data", onPiece);
  return { said: () => said, [Symbol.dispose]: () => void stderr.off("data", onPiece) };
}

async function untilReady(master: SshProcess, socketPath: string, signal: AbortSignal, failure: () => Error): Promise<void> {
  const isOver = master.exit.then(() => true);
  while (!signal.aborted) {
    if (await Promise.race([isOver, delay(pollMs, false)])) {
      // Its last words may still be on their way.
      await delay(pollMs);
      throw failure();
    }
    if (await access(socketPath).then(() => true, () => false)) return;
  }
}

interface Started {
  readonly master: SshProcess;
  readonly folder: string;
  readonly socketPath: string;
  readonly where: Where;
  readonly listening: Listening;
}

function handle({ master, folder, socketPath, where, listening }: Started): SshMaster {
  const lost = new AbortController();
  const joined = new Set<SshProcess>();
  void master.exit.then(() => lost.abort(new TransportError("connection-lost", `${where.name}: the connection was lost`, { detail: { said: lastLines(listening.said()) } })));
  return {
    socketPath,
    folder,
    lost: lost.signal,
    listen: () => listenTo(master),
    async join(words) {
      lost.signal.throwIfAborted();
      const child = await startProcess("ssh", words);
      joined.add(child);
      void child.exit.then(() => joined.delete(child));
      return child;
    },
    async close() {
      await endMaster(master);
      const rest = [...joined];
      for (const child of rest) child.kill();
      await Promise.all(rest.map(({ exit }) => exit));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The end of its input tells the script to end ssh. What does not listen is killed. */
async function endMaster(master: SshProcess): Promise<void> {
  master.stdin.end();
  await Promise.race([master.exit, delay(closingMs, undefined, { ref: false })]);
  await killMaster(master);
}

/** With all that ssh has started: one that is ended before it has signed in leaves its ProxyCommand running. */
async function killMaster(master: SshProcess): Promise<void> {
  master.kill();
  await master.exit;
}
