import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import type { CallTracer, ObserveOptions } from "@hpckit/transport";

/** All that can be heard and seen of transports in this program, and of the processes of this machine. */
export interface Lookout extends AsyncDisposable {
  /** For the transports whose logger and tracer are to be heard, too. */
  readonly observers: Required<ObserveOptions>;
  /** What has been heard since the last time, with where. */
  takeHeard(): readonly Heard[];
}

export interface Heard {
  readonly where: string;
  readonly text: string;
}

const topics = ["connection", "login", "account", "command", "file", "copy", "sync", "forward"];
const moments = ["start", "end", "asyncStart", "asyncEnd", "error"];
const lookingMs = 40;

/** Everything of a value that any tool could print. */
export const everythingOf = (value: unknown): string =>
  [inspect(value, { depth: Infinity, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity, getters: true }), String(value), inJson(value), value instanceof Error ? (value.stack ?? "") : ""].join("\n");

export function startLookout(): Lookout {
  let heard: Heard[] = [];
  const hear = (where: string, ...values: readonly unknown[]): void => void heard.push({ where, text: values.map(everythingOf).join("\n") });
  const channels = topics.flatMap((topic) => [`hpckit:transport:${topic}`, ...moments.map((moment) => `tracing:hpckit:transport:${topic}:${moment}`)]);
  const onMessage = (message: unknown, name: string | symbol): void => hear(`an event of ${String(name)}`, message);
  for (const channel of channels) subscribe(channel, onMessage);

  const known = new Set<string>();
  const over = new AbortController();
  const looking = look();
  return {
    observers: { logger: loggerTo(hear), tracer: tracerTo(hear) },
    takeHeard() {
      const taken = heard;
      heard = [];
      return taken;
    },
    async [Symbol.asyncDispose]() {
      for (const channel of channels) unsubscribe(channel, onMessage);
      over.abort();
      await looking;
    },
  };

  /** Arguments are there for all to see, however short a process lives: those that live long enough are seen. */
  async function look(): Promise<void> {
    while (!over.signal.aborted) {
      const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
      for (const line of lines) {
        if (known.has(line)) continue;
        known.add(line);
        hear("the arguments of a process", line.replaceAll("\0", " "));
      }
      await delay(lookingMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  }
}

type Hear = (where: string, ...values: readonly unknown[]) => void;

function loggerTo(hear: Hear): Required<ObserveOptions>["logger"] & object {
  const log = (...line: readonly unknown[]): void => hear("a line of the log", ...line);
  return { debug: log, info: log, warn: log, error: log };
}

const tracerTo = (hear: Hear): CallTracer => ({
  startActiveSpan(name, options, run) {
    const say = (...what: readonly unknown[]): void => hear("a span", ...what);
    say(name, options);
    return run({ setAttributes: say, setStatus: say, recordException: say, end: () => undefined });
  },
});

function inJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return ""; // What leads back to itself has no JSON.
  }
}
