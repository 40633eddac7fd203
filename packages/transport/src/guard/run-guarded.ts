import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { excerptOf, TransportError, type Cancellable, type ShellExpression } from "@hpckit/core";
import type { Channel, ChannelSource } from "../channel/channel.js";
import { parseCommandEnd, type CommandEnd } from "./command-end.js";
import { consume } from "./consume.js";
import { discard, endRemote } from "./end-remote.js";
import { guardCommand } from "./guard-command.js";
import { fromOctets } from "./octets.js";
import { replyReader, type Reply, type ReplyPiece } from "./reply.js";
import { stopping, type Stopping } from "./stopping.js";
import { untilOver } from "./until-over.js";
import { untilDrained } from "./until-drained.js";

export interface GuardedCall extends Cancellable {
  /** What it is, for messages, e.g. `squeue`. */
  readonly label: string;
  /** The script that runs over there, given the token with which it speaks. */
  readonly script: (token: string) => ShellExpression;
  /** What the script reads from descriptor 3, piece by piece. When more is asked for, what waits of it is less than the channel's `writableHighWaterMark`. */
  readonly input?: Iterable<Uint8Array> | AsyncIterable<Uint8Array> | undefined;
  /** Gets stdout piece by piece; while its promise is pending nothing more is read. What it throws ends the call. */
  readonly onOutput: (piece: Buffer) => void | Promise<void>;
  /** Bytes of stderr at most; more ends the call. */
  readonly maxErrorBytes: number;
  /** Gets stderr piece by piece, in place of the end's `errors`. */
  readonly onErrors?: ((piece: Buffer) => void) | undefined;
  /** Whether pieces are for somebody who answers them: each comes in time then, also the last before a pause. */
  readonly isLive?: boolean | undefined;
  /** Of a batch: one of its commands has ended on one of the outputs, as awk says it. What it throws ends the call. */
  readonly onNext?: ((output: "stdout" | "stderr", end: string) => void) | undefined;
  readonly timeoutMs?: number | undefined;
}

export type GuardedEnd = CommandEnd & { readonly errors: Buffer; readonly durationMs: number };

/** A start that was refused over there: the command never ran. */
export class StartRefused extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(`not started: ${reason}`);
    this.reason = reason;
  }
}

/** A channel whose command has ended is let go after this, also if a child of it keeps an output open. */
const lettingGoMs = 200;

/**
 * A token begins with a byte that hardly anything else has (a group separator): what a chunk ends with is kept back as long as it may begin the token, and most
 * chunks shall end with nothing of the kind.
 */
const newToken = (): string => `\x1d${randomBytes(16).toString("hex")}`;

/** The guard writes a word in one piece: what has not been followed by the rest of it for so long is no beginning of one. Longer than a lost packet takes. */
const releasedAfterMs = 300;

/**
 * Runs one script behind a guard, to its end.
 *
 * Resolves only if the guard said on both outputs how the script ended: everything before that is complete.
 * Rejects only after what runs over there has been ended, or cannot be reached any more.
 */
export async function runGuarded(source: ChannelSource, call: GuardedCall): Promise<GuardedEnd> {
  const startedAt = performance.now();
  using stop = stopping(call.label, { signal: call.signal, timeoutMs: call.timeoutMs, closing: source.closing });
  stop.signal.throwIfAborted();
  const channel = await source.open({ signal: stop.signal });
  const token = newToken();
  const output = replyReader(token);
  const errors = replyReader(token);
  try {
    const kept: Buffer[] = [];
    const keepErrors = limited(call, "stderr", call.onErrors ?? ((piece) => void kept.push(piece)));
    void send(channel, call, token, stop);
    const taken = Promise.all([
      take(channel, channel.output, output, { accept: call.onOutput, next: (end) => call.onNext?.("stdout", end), isLive: call.isLive }),
      take(channel, channel.errors, errors, { accept: keepErrors, next: (end) => call.onNext?.("stderr", end), isLive: call.isLive }),
    ]);
    await Promise.race([taken, stop.stopped]);
    if (output.refused !== undefined) throw new StartRefused(output.refused);
    const end = output.end !== undefined && output.end === errors.end ? parseCommandEnd(output.end) : undefined;
    if (end === undefined || output.group === undefined) throw await incomplete(source, channel, call, output, errors);
    if (output.isTorn || errors.isTorn) throw new TransportError("reply-incomplete", `${call.label}: it has ended, but the connection stalled in the middle of the guard's last word: a few of the bytes that were handed on are not the command's`, { detail: { host: source.target.host, ...end } });
    letGo(channel);
    return { ...end, errors: Buffer.concat(kept), durationMs: performance.now() - startedAt };
  } catch (error) {
    await endRemote(source, channel, output.group);
    throw error;
  }
}

interface Listener {
  readonly accept: GuardedCall["onOutput"];
  readonly next: (end: string) => void;
  readonly isLive: boolean | undefined;
}

function take(channel: Channel, stream: Channel["output"], reply: Reply, listener: Listener): Promise<void> {
  const isOver = (): boolean => reply.end !== undefined;
  const given = (pieces: readonly ReplyPiece[]): boolean | Promise<boolean> => {
    const waiting = handOn(pieces, listener);
    return waiting === undefined ? isOver() : waiting.then(isOver);
  };
  const pause = { ms: releasedAfterMs, isAwaited: reply.isHolding, take: () => given(reply.release()) };
  return consume(stream, channel.closed, (chunk) => given(reply.push(chunk)), listener.isLive === true ? pause : undefined);
}

/** Waits only for a listener that waits. */
function handOn([piece, ...rest]: readonly ReplyPiece[], listener: Listener): Promise<void> | undefined {
  if (piece === undefined) return undefined;
  if ("next" in piece) listener.next(piece.next);
  else {
    const waiting = listener.accept(piece.bytes);
    if (waiting instanceof Promise) return waiting.then(() => handOn(rest, listener));
  }
  return handOn(rest, listener);
}

async function send(channel: Channel, { script, input = [] }: GuardedCall, token: string, stop: Stopping): Promise<void> {
  const text = fromOctets(`${script(token).shell}\n`);
  const over = Promise.race([channel.closed, stop.stopped]);
  const drained = untilDrained(channel.input, over);
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (!channel.input.write(bytes)) await drained();
  };
  try {
    await write(Buffer.concat([Buffer.from(`${token} ${text.length}\n`), text]));
    for await (const piece of untilOver(input, over)) {
      if (channel.input.writableEnded || channel.input.destroyed) return;
      await write(piece);
    }
  } catch (error) {
    stop.stop(error as Error);
  }
}

/** Passes on what fits, and ends the call with the first byte that does not. */
export function limited({ label, maxErrorBytes }: GuardedCall, what: string, accept: (piece: Buffer) => void, limit = maxErrorBytes): (piece: Buffer) => void {
  let size = 0;
  return (piece) => {
    size += piece.length;
    if (size > limit) {
      throw new TransportError("output-too-large", `${label}: more than ${limit} bytes on ${what}; the command was ended. Raise maxOutputBytes, or use stream`, {
        detail: { limit, output: what },
      });
    }
    accept(piece);
  };
}

async function incomplete(source: ChannelSource, channel: Channel, { label }: GuardedCall, output: Reply, errors: Reply): Promise<TransportError> {
  const lost = await Promise.race([channel.closed, delay(1000, undefined, { ref: false })]);
  if (lost !== undefined) return new TransportError("connection-lost", `${label}: ${lost.message}; whether it ran, and how it ended, is not known`, { cause: lost, detail: lost.detail });
  const { host } = source.target;
  const said = excerptOf([output, errors].map(({ noise }) => shownNoise(noise)).join("").trim(), 500);
  if (output.group === undefined && said !== "") {
    return new TransportError("noise", `${label}: ${host} answered with other words than the command's: ${JSON.stringify(said)}. Does the account have a shell that runs commands?`, {
      detail: { host, said },
    });
  }
  if (output.end !== undefined && output.group === undefined) {
    return new TransportError("reply-incomplete", `${label}: ${host} could not start it: has it room for processes, and a head that knows -c?`, { detail: { host } });
  }
  return new TransportError("reply-incomplete", `${label}: the reply of ${host} ends before it says how the command ended; its outcome is not known`, { detail: { host } });
}

/** Some shells, and sudo, repeat the whole line that they refuse. What does not end with its line has been cut, and an ellipsis says so. */
function shownNoise(noise: Buffer): string {
  const text = noise.toString("utf8").replaceAll(guardCommand, "…");
  return text === "" || text.endsWith("\n") ? text : `${text}…`;
}

function letGo(channel: Channel): void {
  channel.input.end("done\n");
  discard(channel);
  const timer = setTimeout(() => channel.destroy(), lettingGoMs);
  void channel.closed.then(() => clearTimeout(timer));
}
