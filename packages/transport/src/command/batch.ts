import { callbackSchema, OptionsError, parseOptions, TransportError, type BatchOptions, type ExecResult } from "@hpckit/core";
import { z } from "zod";
import type { ChannelSource } from "../channel/channel.js";
import { renderBatchScript } from "../guard/batch-script.js";
import { parseCommandEnd } from "../guard/command-end.js";
import { limited, type GuardedCall } from "../guard/run-guarded.js";
import { checkCommand, execOptionsShape } from "./exec-options.js";
import { commandCall, makeResult, refuseFailure, runCommand } from "./exec.js";

const batchOptionsSchema: z.ZodType<BatchOptions> = z.strictObject({
  ...execOptionsShape,
  onResult: callbackSchema<BatchOptions["onResult"]>().optional(),
});

/** A script is read as a whole before its first command runs. */
const longestPartBytes = 1024 * 1024;

/** {@link Transport.batch} over any source of channels. */
export async function batch(source: ChannelSource, commands: readonly (readonly string[])[], options: BatchOptions = {}): Promise<readonly ExecResult[]> {
  const { onResult, ...shared } = parseOptions(batchOptionsSchema, options, "options of batch");
  const list: unknown = commands;
  if (!Array.isArray(list)) throw new OptionsError("commands of batch", [{ path: "", message: 'a list of commands, e.g. [["squeue", "-h"], ["sinfo", "-h"]]' }]);
  for (const argv of commands) checkCommand(argv, {});
  const results: ExecResult[] = [];
  const accept = (result: ExecResult): void => {
    results.push(result);
    onResult?.(result, results.length - 1);
  };
  for (const part of inParts(commands)) {
    await runPart(source, part, shared, accept);
  }
  return results;
}

/** As many as fit into one call, and one at least. */
export function inParts(commands: readonly (readonly string[])[]): readonly (readonly (readonly string[])[])[] {
  const parts: (readonly string[])[][] = [];
  let bytes = Infinity;
  for (const argv of commands) {
    const size = argv.reduce((sum, word) => sum + Buffer.byteLength(word), 0);
    if (bytes + size > longestPartBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(argv);
    bytes += size;
  }
  return parts;
}

/** What shells do not tell apart, see `batch-script.ts`. */
const notTold = { exitCode: undefined, signal: undefined };

/** What arrived on one output: the command's bytes that is now running, and those of the commands that have ended on it. */
interface Section {
  pieces: Buffer[];
  readonly ended: { readonly bytes: Buffer; readonly end: string }[];
}

async function runPart(source: ChannelSource, commands: readonly (readonly string[])[], options: Omit<BatchOptions, "onResult">, accept: (result: ExecResult) => void): Promise<void> {
  const stopAtFailure = options.check === true;
  const stdout: Section = { pieces: [], ended: [] };
  const stderr: Section = { pieces: [], ended: [] };
  let count = 0;
  let beganAt = performance.now();

  const onNext: GuardedCall["onNext"] = (output, end) => {
    const section = output === "stdout" ? stdout : stderr;
    section.ended.push({ bytes: Buffer.concat(section.pieces), end });
    section.pieces = [];
    // Whole once it has ended on both outputs.
    for (let out = stdout.ended[count], err = stderr.ended[count]; out !== undefined && err !== undefined; out = stdout.ended[count], err = stderr.ended[count]) {
      const argv = commands[count];
      const known = out.end !== err.end ? undefined : out.end === "unknown" ? notTold : parseCommandEnd(out.end);
      if (argv === undefined || known === undefined) throw incomplete(source, count, commands.length);
      count++;
      const now = performance.now();
      const result = makeResult(argv, { ...known, errors: err.bytes, durationMs: now - beganAt }, out.bytes);
      beganAt = now;
      accept(result);
      if (stopAtFailure) refuseFailure(result, options);
    }
  };

  const call = commandCall([`batch of ${commands.length}`], options, () => undefined);
  await runCommand(
    source,
    {
      ...call,
      script: (token) => renderBatchScript({ token, commands, stopAtFailure, cwd: options.cwd, env: options.env }),
      onOutput: limited(call, "stdout", (piece) => void stdout.pieces.push(piece)),
      onErrors: (piece) => void stderr.pieces.push(piece),
      onNext,
    },
    options,
  );
  if (count < commands.length) throw incomplete(source, count, commands.length);
}

const incomplete = ({ target: { host } }: ChannelSource, count: number, all: number): TransportError =>
  new TransportError("reply-incomplete", `batch: the reply of ${host} says of ${count} of ${all} commands how they ended; of the others it is not known`, { detail: { host, ended: count } });
