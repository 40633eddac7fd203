import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secret } from "@hpckit/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import type { CallTrace } from "./channels.js";
import type { Logger } from "./logger.js";
import type { EventTopic, TransportEvent } from "./transport-event.js";

/** What a channel carries until the end of a test. */
function listenTo(...topics: readonly EventTopic[]): { readonly events: TransportEvent[] } & Disposable {
  const events: TransportEvent[] = [];
  const take = (event: unknown): void => void events.push(event as TransportEvent);
  for (const topic of topics) subscribe(`hpckit:transport:${topic}`, take);
  return {
    events,
    [Symbol.dispose]() {
      for (const topic of topics) unsubscribe(`hpckit:transport:${topic}`, take);
    },
  };
}

function listing(): { readonly lines: string[]; readonly events: TransportEvent[]; readonly logger: Logger } {
  const lines: string[] = [];
  const events: TransportEvent[] = [];
  const at = (level: string) => (event: TransportEvent, message: string): void => {
    events.push(event);
    lines.push(`${level} ${message.replaceAll(/\d+ ms/g, "N ms").replace(/^[^:]*: /, "")}`);
  };
  return { lines, events, logger: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } };
}

describe("events", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "hpckit-events-"));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  it("tell of connections and commands, with ids that tie them together", async () => {
    using heard = listenTo("connection", "command");
    const here = await connectLocal();
    await here.exec(["sh", "-c", "cat; exit 3"], { stdin: "four", cwd: "/tmp", env: { TOKEN: secret("hidden") } });
    await here[Symbol.asyncDispose]();
    const [opening, opened, begun, ended, closed] = heard.events;
    const common = { transportId: opening?.transportId, target: here.target, atMs: expect.any(Number) as number };
    const connection = { ...common, connectionId: `${common.transportId}-1`, attempt: 1 };
    const command = { ...common, operationId: `${common.transportId}-2`, operation: "exec", argv: ["sh", "-c", "cat; exit 3"] };
    const durationMs: unknown = expect.any(Number);
    expect(opening).toEqual({ kind: "connection-opening", ...connection });
    expect(opened).toEqual({ kind: "connection-opened", ...connection, durationMs });
    expect(begun).toEqual({ kind: "command-begun", ...command, commands: 1, cwd: "/tmp", env: ["TOKEN"], stdinBytes: 4 });
    expect(ended).toEqual({ kind: "command-ended", ...command, durationMs, exitCode: 3, stdoutBytes: 4 });
    expect(closed).toEqual({ kind: "connection-closed", ...connection });
    expect(heard.events).toHaveLength(5);
  });

  it("count the bytes of a stream as they pass, also where it is left", async () => {
    using heard = listenTo("command");
    await using here = await connectLocal();
    for await (const text of here.stream(["sh", "-c", String.raw`printf '\377\377'; exec sleep 60`])) {
      expect(text).toBe("\uFFFD\uFFFD");
      break;
    }
    expect(heard.events.at(-1)).toMatchObject({ kind: "command-ended", operation: "stream", stdoutBytes: 2, error: { code: "aborted" } });
  });

  it("tell of a batch how many have ended, and how many of them badly", async () => {
    using heard = listenTo("command");
    await using here = await connectLocal();
    await here.batch([["echo", "one"], ["false"]]);
    expect(heard.events).toMatchObject([
      { kind: "command-begun", operation: "batch", argv: ["echo", "one"], commands: 2 },
      { kind: "command-ended", operation: "batch", ended: 2, failed: 1, stdoutBytes: 4 },
    ]);
  });

  it("cut long words, and never within a secret", async () => {
    using heard = listenTo("command");
    await using here = await connectLocal();
    const hidden = "s3cret".repeat(10);
    await here.exec(["true", `${"x".repeat(170)}${hidden}`, ...Array.from({ length: 60 }, String)], { env: { HIDDEN: secret(hidden) } });
    const { argv } = heard.events[0] as TransportEvent<"command-begun">;
    expect(argv[1]).toBe(`${"x".repeat(170)}[secret]`);
    expect(argv).toHaveLength(51);
    expect(argv.at(-1)).toBe("…");
  });

  it("tell a logger what happens on its own transport alone, at levels of the kind", async () => {
    const { lines, logger } = listing();
    await using other = await connectLocal();
    const here = await connectLocal({ logger });
    const file = join(folder, "file");
    await here.writeFile(file, "content");
    await here.stat(file);
    await here.upload(file, join(folder, "copy"));
    await other.exec(["true"]);
    await expect(here.readFile(join(folder, "none"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(here.exec(["sleep", "60"], { timeoutMs: 100 })).rejects.toMatchObject({ code: "timeout" });
    await expect(here.exec(["true"], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    await expect(here.connect({ socketPath: join(folder, "none") })).rejects.toMatchObject({ code: "connection-refused" });
    await here[Symbol.asyncDispose]();
    expect(lines.map((line) => line.replaceAll(folder, "").replaceAll(here.target.host, "HOST"))).toEqual([
      "debug connecting",
      "info connected, N ms",
      "debug writeFile /file",
      "debug writeFile /file: done, N ms",
      "debug stat /file",
      "debug stat /file: done, N ms",
      "debug upload /file to /copy",
      "info upload /file to /copy: 7 bytes, N ms",
      "debug readFile /none",
      "warn readFile /none: cat: /none: No such file or directory, N ms",
      "debug sleep 60",
      "warn sleep 60: not done after N ms, N ms",
      "debug true",
      "info true: aborted by the caller, N ms",
      "debug connecting to /none",
      "warn connecting to /none: cannot connect: connect ENOENT /none, N ms",
      "info closed",
    ]);
  });

  it("say now and then how far a copy is", async () => {
    const { events, logger } = listing();
    await using here = await connectLocal({ logger });
    const file = join(folder, "large");
    await here.exec(["truncate", "-s", "8M", file]);
    // A clock that is a second on with every look.
    let now = Math.round(performance.now());
    vi.spyOn(performance, "now").mockImplementation(() => (now += 1_000));
    const seen: number[] = [];
    await here.download(file, join(folder, "copy"), { onProgress: ({ transferredBytes }) => seen.push(transferredBytes) });
    const told = events.filter(({ kind }) => kind === "copy-progressed") as TransportEvent<"copy-progressed">[];
    expect(told.map(({ transferredBytes }) => transferredBytes)).toEqual(seen);
    expect(told.at(-1)).toMatchObject({ transferredBytes: 8 * 1024 * 1024, totalBytes: 8 * 1024 * 1024 });
  });

  it("carry a context along through the tracing channels, and no results", async () => {
    const store = new AsyncLocalStorage<string>();
    const within: (string | undefined)[] = [];
    const trace = tracingChannel<unknown, CallTrace>("hpckit:transport:command");
    const ends: CallTrace[] = [];
    const onEnd = (context: unknown): void => void ends.push(context as CallTrace);
    trace.start.bindStore(store, (context) => context.begun.kind);
    subscribe("tracing:hpckit:transport:command:asyncEnd", onEnd);
    try {
      await using here = await connectLocal();
      const result = await here.batch([["printf", "can%s\n", "ary"]], { onResult: () => within.push(store.getStore()) });
      expect(result).toMatchObject([{ stdout: "canary\n" }]);
      await here.exec(["false"], { check: true }).catch((error: unknown) => expect(ends.at(-1)?.error).toBe(error));
      expect(within).toEqual(["command-begun"]);
      expect(ends[0]).toMatchObject({ begun: { kind: "command-begun" }, ended: { kind: "command-ended", stdoutBytes: 7 } });
      expect(JSON.stringify(ends[0]?.ended)).not.toContain("canary");
    } finally {
      trace.start.unbindStore(store);
      unsubscribe("tracing:hpckit:transport:command:asyncEnd", onEnd);
    }
  });

  it("change nothing of a call: what is wrong with it is said as before", async () => {
    await using here = await connectLocal({ logger: listing().logger });
    for (const options of [null, { env: 5 }, { stdin: 5 }, { env: null }]) await expect(here.exec(["true"], options as object)).rejects.toMatchObject({ code: "options-invalid" });
    await expect(here.upload(folder, folder, { onProgress: 5 } as object)).rejects.toMatchObject({ code: "options-invalid" });
  });

  it("go only to what is a logger or a tracer", async () => {
    for (const options of [{ logger: {} }, { logger: "console" }, { tracer: {} }]) await expect(connectLocal(options as object)).rejects.toMatchObject({ code: "options-invalid" });
    const silent: Logger = console;
    expect(silent).toBe(console);
  });
});
