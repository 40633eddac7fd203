import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TransportError } from "@hpckit/core";
import type { FaultGround } from "./fault-ground.js";
import type { Operation } from "./operations.js";
import { randomFrom } from "./random-from.js";

/** What came of cutting one operation's connection again and again. */
export interface CutReport {
  readonly cuts: number;
  /** The connection went too late to matter, and the result was right. */
  readonly successes: number;
  readonly longestWaitMs: number;
  /** Each with the byte at which it was cut: what none of them may do. */
  readonly hangs: readonly string[];
  readonly falseSuccesses: readonly string[];
  readonly brokenFiles: readonly string[];
  readonly strangeErrors: readonly string[];
  /** Parts of files that nobody has removed, on either side. */
  readonly leftovers: readonly string[];
}

export interface CutOptions {
  readonly cuts: number;
  /** The same seed cuts at the same bytes. */
  readonly seed: number;
}

/** Three keepalives of 15 seconds, and five. */
const hangMs = 50_000;
/** Half of the cuts fall within so many bytes of the end. */
const endBytes = 4096;
const cleanUpMs = 20_000;

/** Cuts the connection of an operation at random bytes of it. */
export async function cutOperation(ground: FaultGround, operation: Operation, { cuts, seed }: CutOptions): Promise<CutReport> {
  const random = randomFrom(seed);
  const report = { hangs: [] as string[], falseSuccesses: [] as string[], brokenFiles: [] as string[], strangeErrors: [] as string[] };
  const totalBytes = await measure(ground, operation);
  let successes = 0;
  let longestWaitMs = 0;
  for (let count = 0; count < cuts; count++) {
    const at = random() < 0.5 ? Math.floor(random() * totalBytes) : totalBytes - Math.floor(random() * Math.min(totalBytes, endBytes));
    const end = await runCut(ground, operation, at);
    const where = `${operation.name}, cut at byte ${at} of ${totalBytes}`;
    if (end.kind === "hang") report.hangs.push(where);
    if (end.kind === "result") successes++;
    if (end.kind === "result" && end.fault !== undefined) report.falseSuccesses.push(`${where}: ${end.fault}`);
    if (end.kind === "error" && !isLoss(end.error)) report.strangeErrors.push(`${where}: ${String(end.error)}`);
    if (end.kind === "error") longestWaitMs = Math.max(longestWaitMs, end.waitedMs);
    const broken = await operation.leaves(ground, end.kind === "result");
    if (broken !== undefined) (end.kind === "result" ? report.falseSuccesses : report.brokenFiles).push(`${where}: ${broken}`);
  }
  return { cuts, successes, longestWaitMs, ...report, leftovers: await leftovers(ground) };
}

/** Bytes on the wire of one whole run, the sign-in left out. */
async function measure(ground: FaultGround, operation: Operation): Promise<number> {
  await operation.prepare(ground);
  await using login = await ground.login({ reconnect: false });
  const before = ground.wire.passedBytes;
  const fault = await operation.run(login, ground);
  if (fault !== undefined) throw new Error(`${operation.name}, with nothing cut: ${fault}`);
  return ground.wire.passedBytes - before;
}

type CutEnd = { readonly kind: "hang" } | { readonly kind: "result"; readonly fault: string | undefined } | { readonly kind: "error"; readonly error: unknown; readonly waitedMs: number };

async function runCut(ground: FaultGround, operation: Operation, at: number): Promise<CutEnd> {
  const { wire } = ground;
  await operation.prepare(ground);
  const login = await ground.login({ reconnect: false });
  wire.cutAfter(at);
  const run = operation.run(login, ground).then(
    (fault): CutEnd => ({ kind: "result", fault }),
    (error: unknown): CutEnd => ({ kind: "error", error, waitedMs: performance.now() - (wire.cutAtMs ?? Infinity) }),
  );
  const patience = new AbortController();
  const end = await Promise.race([run, delay(hangMs, { kind: "hang" } as const, { signal: patience.signal })]);
  patience.abort();
  wire.cutAfter(Infinity);
  wire.cut();
  await login[Symbol.asyncDispose]();
  return end;
}

/** A cut is told as one, or as a reply that is not whole; whether the work was done is then not known. */
const isLoss = (error: unknown): boolean => error instanceof TransportError && (error.code === "connection-lost" || error.code === "reply-incomplete");

/** The far side cleans up by itself when its input has ended. */
async function leftovers({ here, there }: FaultGround): Promise<readonly string[]> {
  const deadline = performance.now() + cleanUpMs;
  for (;;) {
    // A folder that is removed while it is read has not been looked through: that is no answer yet.
    const found = await Promise.all([here, there].map((folder) => readdir(folder, { recursive: true }))).catch((error: unknown) => {
      const removed = error instanceof Error && "code" in error && error.code === "ENOENT";
      if (!removed || performance.now() > deadline) throw error;
      return undefined;
    });
    const names = found?.flat().filter((path) => basename(path).startsWith(".hpckit-"));
    if (names !== undefined && (names.length === 0 || performance.now() > deadline)) return names;
    await delay(100);
  }
}
