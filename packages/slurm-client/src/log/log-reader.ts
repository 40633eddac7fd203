import { randomUUID } from "node:crypto";
import { AbortedError, onAbort, type Cancellable, type Clock, type Transport } from "@hpckit/core";
import { parseReadLogs, renderReadLogs, type LogReading, type LogRequest } from "./log-reading.js";

/** Reads files over there; all that is asked for at about the same time is read by one command. */
export interface LogReader {
  read(request: LogRequest, options?: Cancellable): Promise<LogReading>;
}

interface Waiting {
  readonly request: LogRequest;
  readonly resolve: (reading: LogReading) => void;
  readonly reject: (error: unknown) => void;
}

/** Files of one command: each has its part of what a reading gives. */
const filesPerCommand = 200;

/** One command at a time: what is asked for meanwhile goes with the next. */
export function createLogReader(transport: Transport, clock: Clock): LogReader {
  let waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    // Followers wake at the same moments: those of this one come together.
    await clock.sleep(0);
    while (waiting.length > 0) {
      const now = waiting.slice(0, filesPerCommand);
      waiting = waiting.slice(filesPerCommand);
      const token = `hpckit-log-${randomUUID()}`;
      try {
        const script = renderReadLogs(now.map(({ request }) => request), token).shell;
        // On its input: a word of a command ends at 128 KiB, and two hundred long paths do not fit.
        const { stdoutBytes } = await transport.exec(["/bin/sh"], { stdin: script, check: true, timeoutMs: 120_000 });
        const readings = parseReadLogs(stdoutBytes, token, now.length);
        now.forEach(({ resolve }, index) => {
          const reading = readings[index];
          if (reading !== undefined) resolve(reading);
        });
      } catch (error) {
        for (const { reject } of now) reject(error);
      }
    }
    running = false;
  }

  return {
    read: (request, { signal } = {}) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          waiting = waiting.filter((one) => one !== entry);
          reject(new AbortedError("reading the log was aborted; the job goes on", { cause: signal?.reason }));
        };
        const settle = <Value>(end: (value: Value) => void) => (value: Value): void => {
          stopListening();
          end(value);
        };
        const entry: Waiting = { request, resolve: settle(resolve), reject: settle(reject) };
        const stopListening = onAbort(signal, abort);
        if (signal?.aborted === true) return;
        waiting.push(entry);
        if (running) return;
        running = true;
        void run();
      }),
  };
}
