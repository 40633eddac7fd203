import type { Cancellable, Clock, ExecResult, ExecStream, StreamOptions } from "@hpckit/core";
import { afterAWhile } from "../concurrency/after-a-while.js";
import { eitherSignal } from "../concurrency/either-signal.js";
import { replayedInput } from "./replayed-input.js";
import { saidTail } from "./said-tail.js";

/** What sattach says of a node whose tasks have not started yet, or have ended: it shows nothing of them. If it is so of all, it ends with 0 after a while. */
const notRunning = /^sattach: Node \S+: no tasks running$/m;
/** It says that before all else. */
const openingLength = 65_536;

const firstPauseMs = 200;
const longestPauseMs = 5000;

export interface SattachOptions extends Pick<StreamOptions, "stdin" | "onStderr">, Cancellable {
  readonly clock: Clock;
  readonly start: (options: StreamOptions) => ExecStream;
  /** Whether there is still something to attach to. */
  readonly isThere: () => Promise<boolean>;
}

export interface Sattach extends Omit<ExecStream, "result"> {
  /** How the last sattach ended; undefined if its step has ended, and nothing of it was shown. */
  readonly result: Promise<SattachEnd | undefined>;
}

export interface SattachEnd {
  readonly result: ExecResult;
  /** On stderr, by it and by the tasks. */
  readonly said: string;
}

interface Attempt {
  readonly stream: ExecStream;
  /** Something of the tasks was shown. */
  readonly shows: () => void;
  /** Undefined if it was in vain: it has ended, or was stopped, and there was nothing to show. */
  readonly ended: Promise<SattachEnd | undefined>;
  /** The one after it; undefined if there is nothing to attach to any more. */
  readonly next: () => Promise<Attempt | undefined>;
}

/**
 * A step is known to Slurm before its tasks have started: where nothing is shown of a node sattach is started again, until something is. It reads no
 * input before it is attached to all nodes, so the next one has that from its beginning. One whose tasks have ended on some nodes shows those of the
 * others. @see slurm, `sattach.c`, `step_io.c`
 */
export function sattach({ clock, start, isThere, stdin, onStderr, signal }: SattachOptions): Sattach {
  const input = replayedInput(stdin);

  function attempt(pauseMs: number): Attempt {
    const stop = new AbortController();
    const tail = saidTail(onStderr);
    let opening = "";
    let isRefused = false;
    let isShown = false;
    let stopWaiting = (): void => undefined;
    const hasNothing = (): boolean => isRefused && !isShown && input.isWhole();
    const hear = (text: string): void => {
      tail.hear(text);
      if (isRefused || opening.length >= openingLength) return;
      opening += text;
      isRefused = notRunning.test(opening);
      // What other nodes have kept comes at once.
      if (isRefused) stopWaiting = afterAWhile(clock, pauseMs, () => hasNothing() && stop.abort());
    };
    const stream = start({ stdin: input.give(), onStderr: hear, signal: eitherSignal(signal, stop.signal) });
    const stopped = (error: unknown): undefined => {
      if (!stop.signal.aborted) throw error;
    };
    const ended = stream.result.then((result) => (hasNothing() ? undefined : { result, said: tail.said() }), stopped).finally(() => stopWaiting());
    let following: Promise<Attempt | undefined> | undefined;
    const next = async (): Promise<Attempt | undefined> => {
      await clock.sleep(pauseMs, { signal });
      return (await isThere()) ? attempt(Math.min(2 * pauseMs, longestPauseMs)) : undefined;
    };
    return { stream, shows: () => (isShown = true), ended, next: () => (following ??= next()) };
  }

  const first = attempt(firstPauseMs);

  async function* pieces<Piece extends string | Uint8Array>(of: (stream: ExecStream) => AsyncIterable<Piece>): AsyncGenerator<Piece> {
    for (let one: Attempt | undefined = first; one !== undefined; one = (await one.ended) === undefined ? await one.next() : undefined) {
      try {
        for await (const piece of of(one.stream)) {
          if (piece.length > 0) one.shows();
          yield piece;
        }
      } catch (error) {
        if ((await one.ended) !== undefined) throw error;
      }
    }
  }

  async function lastEnd(): Promise<SattachEnd | undefined> {
    for (let one: Attempt | undefined = first; one !== undefined; one = await one.next()) {
      const end = await one.ended;
      if (end !== undefined) return end;
    }
    return undefined;
  }

  return { result: lastEnd().finally(input.end), bytes: () => pieces((stream) => stream.bytes()), [Symbol.asyncIterator]: () => pieces((stream) => stream) };
}
