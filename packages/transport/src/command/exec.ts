import { CommandFailedError, TransportError, type ExecOptions, type ExecResult, type StreamOptions } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { renderCommandScript } from "../guard/command-script.js";
import { framedInput } from "../guard/streamed-input.js";
import { limited, runGuarded, StartRefused, type GuardedCall, type GuardedEnd } from "../guard/run-guarded.js";
import { redactValue } from "../observe/redact-value.js";
import { checkCommand, secretsOf } from "./exec-options.js";

const defaultMaxOutputBytes = 64 * 1024 * 1024;

/** {@link Transport.exec} over any source of channels. */
export async function exec(source: ChannelSource, argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  checkCommand(argv, options);
  const kept: Buffer[] = [];
  const limit = options.maxOutputBytes ?? defaultMaxOutputBytes;
  const call = commandCall(argv, options, () => undefined);
  const end = await runCommand(source, { ...call, onOutput: limited(call, "stdout", (piece) => void kept.push(piece), limit) }, options);
  return finish(argv, options, end, Buffer.concat(kept));
}

export function commandCall(argv: readonly string[], options: StreamOptions, onOutput: GuardedCall["onOutput"]): GuardedCall {
  const { stdin: input = "" } = options;
  const whole = typeof input === "string" ? Buffer.from(input, "utf8") : input instanceof Uint8Array ? input : undefined;
  return {
    label: argv[0] ?? "",
    script: (token) => renderCommandScript({ token, argv, cwd: options.cwd, env: options.env, inputBytes: whole?.length ?? "pieces" }),
    input: typeof input === "object" && Symbol.asyncIterator in input ? framedInput(input) : whole === undefined ? [] : [whole],
    onOutput,
    maxErrorBytes: options.maxOutputBytes ?? defaultMaxOutputBytes,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  };
}

export async function runCommand(source: ChannelSource, call: GuardedCall, { cwd = "." }: Pick<ExecOptions, "cwd">): Promise<GuardedEnd> {
  try {
    return await runGuarded(source, call);
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error;
    const { host } = source.target;
    const detail = { host, cwd };
    if (error.reason === "cwd") throw new TransportError("file-not-found", `${call.label}: ${host} has no folder ${cwd} to start in, or it is closed to this account`, { detail });
    throw new TransportError("disk-full", `${call.label}: ${host} could not take in the command's input; is there room in its folder for temporary files?`, { detail });
  }
}

/** Makes the result of an end, or throws it where the caller asked for success. */
export function finish(argv: readonly string[], options: Pick<ExecOptions, "check" | "env">, end: GuardedEnd, stdoutBytes: Buffer): ExecResult {
  const result = makeResult(argv, end, stdoutBytes);
  if (options.check === true) refuseFailure(result, options);
  return result;
}

type CommandFacts = Pick<ExecResult, "exitCode" | "signal" | "durationMs"> & { readonly errors: Buffer };

export function makeResult(argv: readonly string[], { exitCode, signal, errors, durationMs }: CommandFacts, stdoutBytes: Buffer): ExecResult {
  return {
    argv,
    exitCode,
    signal,
    ok: exitCode === 0,
    stdout: stdoutBytes.toString("utf8"),
    stderr: errors.toString("utf8"),
    stdoutBytes,
    durationMs,
  };
}

/** @throws CommandFailedError unless the command has exited with 0. What an error shows is likely to be logged: it holds no secret. */
export function refuseFailure(result: ExecResult, options: Pick<ExecOptions, "env">): void {
  if (!result.ok) throw new CommandFailedError(redactValue(result, secretsOf(options)));
}
