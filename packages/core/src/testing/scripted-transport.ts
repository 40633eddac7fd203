import { CommandFailedError } from "../error/transport-errors.js";
import { TransportError } from "../error/transport-errors.js";
import type { ExecResult, StreamOptions, Transport } from "../transport/transport.js";

/** What a command answers in a test. What is left out is empty and successful. */
export type ScriptedReply = Partial<Pick<ExecResult, "exitCode" | "signal" | "stdout" | "stderr">>;

export interface ScriptedCall {
  readonly argv: readonly string[];
  readonly options: StreamOptions;
}

/** A transport with no machine behind it, for unit tests of what is built on transports. Commands only. */
export interface ScriptedTransport extends Transport {
  /** Every command so far. */
  readonly calls: readonly ScriptedCall[];
}

/** @param answer - gives a reply for each command, or throws as a broken connection would. */
export function scriptedTransport(answer: (call: ScriptedCall) => ScriptedReply | Promise<ScriptedReply>): ScriptedTransport {
  const calls: ScriptedCall[] = [];
  const answered = async (argv: readonly string[], options: StreamOptions): Promise<ExecResult> => {
    const call = { argv, options };
    calls.push(call);
    const result = complete(argv, await answer(call));
    if (options.check === true && !result.ok) throw new CommandFailedError(result);
    return result;
  };
  const exec: Transport["exec"] = (argv, options = {}) => answered(argv, options);
  const absent = (name: string) => () => Promise.reject(new TransportError("not-supported", `a scripted transport has no ${name}`));
  return {
    calls,
    target: { host: "scripted", user: "tester", kind: "local" },
    exec,
    async batch(commands, { onResult, ...options } = {}) {
      const results: ExecResult[] = [];
      for (const argv of commands) {
        const result = await exec(argv, options);
        results.push(result);
        onResult?.(result, results.length - 1);
      }
      return results;
    },
    stream: (argv, options = {}) => {
      const result = answered(argv, options).then((ended) => {
        if (options.onStderr === undefined) return ended;
        options.onStderr(ended.stderr);
        return { ...ended, stderr: "" };
      });
      return {
        result,
        async *bytes() {
          yield (await result).stdoutBytes;
        },
        async *[Symbol.asyncIterator]() {
          yield (await result).stdout;
        },
      };
    },
    readFile: absent("readFile"),
    writeFile: absent("writeFile"),
    stat: absent("stat"),
    list: absent("list"),
    mkdir: absent("mkdir"),
    remove: absent("remove"),
    rename: absent("rename"),
    upload: absent("upload"),
    download: absent("download"),
    connect: absent("connect"),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function complete(argv: readonly string[], reply: ScriptedReply): ExecResult {
  const { stdout = "", stderr = "", signal } = reply;
  const exitCode = signal === undefined ? (reply.exitCode ?? 0) : undefined;
  return { argv, exitCode, signal, ok: exitCode === 0, stdout, stderr, stdoutBytes: new TextEncoder().encode(stdout), durationMs: 0 };
}
