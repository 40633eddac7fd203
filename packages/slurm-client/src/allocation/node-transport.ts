import { applyLayers, CommandFailedError, compose, parseOptions, Secret, secret, setVariable, TransportError, type ExecOptions, type ExecResult, type ExecStream, type Launch, type StreamOptions, type Transport } from "@hpckit/core";
import { z } from "zod";
import { count } from "../spec/plain-values.js";
import type { RunStepOptions } from "./allocation.js";

/** Where in an allocation, and with how much of it, commands run. */
export interface NodeTransportOptions {
  /** One of its nodes (default: the first). */
  readonly node?: string | undefined;
  /** CPUs of each command (default: what the job asked for). Commands share the node's with what runs beside. */
  readonly cpusPerTask?: number | undefined;
}

/** What a transport over a node stands on. */
export interface NodeGround {
  /** Of the login node, whose file systems the nodes share. */
  readonly login: Transport;
  readonly nodes: readonly string[];
  readonly run: (launch: Launch, options: RunStepOptions) => Promise<ExecStream>;
}

const defaultMaxOutputBytes = 64 * 1024 ** 2;

/**
 * A transport whose commands run as steps on a node of an allocation, and whose files are those of the login node: what a login
 * node would kill (builds, pulls, doctors of compute nodes) runs in a job, as it is.
 *
 * A command that a signal ended has the exit code that srun gives it, 128 and the signal's number. A batch is a step for each command.
 */
export function nodeTransport(ground: NodeGround, options: NodeTransportOptions = {}): Transport {
  const { login, nodes, run } = ground;
  const { node = nodes[0] ?? "", cpusPerTask } = parseOptions(schemaFor(nodes), options, "transport");
  const place = { ntasks: 1, nodes: 1, nodelist: [node], overlap: true, cpusPerTask } satisfies RunStepOptions;
  const start = (argv: readonly string[], { cwd, env = {}, stdin, timeoutMs, signal, onStderr }: StreamOptions): Promise<ExecStream> => {
    const setup = Object.entries(env).map(([name, value]) => setVariable(name, value instanceof Secret ? value : secret(value))); // a transport's variables are in no arguments
    return run({ ...applyLayers(compose(argv), []), cwd, setup }, { ...place, stdin, timeoutMs, signal, onStderr });
  };
  const exec = async (argv: readonly string[], given: ExecOptions = {}): Promise<ExecResult> => {
    const result = await collect(argv, await start(argv, given), given.maxOutputBytes ?? defaultMaxOutputBytes);
    if (given.check === true && !result.ok) throw new CommandFailedError(result);
    return result;
  };
  return {
    ...filesOf(login),
    target: { ...login.target, host: node },
    exec,
    stream: (argv, given = {}) => startingWith(argv, start(argv, given), given.check === true),
    async batch(commands, { onResult, ...given } = {}) {
      const results: ExecResult[] = [];
      for (const argv of commands) {
        const result = await exec(argv, given);
        onResult?.(result, results.length);
        results.push(result);
      }
      return results;
    },
    connect: () => Promise.reject(new TransportError("not-supported", `connections from ${node} are not made by its transport: use job.services, which leads to a port of a job's node`)),
    [Symbol.asyncDispose]: () => Promise.resolve(), // The allocation is its holder's, the login its own.
  };
}

const schemaFor = (nodes: readonly string[]): z.ZodType<NodeTransportOptions> =>
  z.strictObject({ node: z.enum(nodes, { error: `one of ${nodes.join(", ")}` }).optional(), cpusPerTask: count.optional() });

type Files = Pick<Transport, "readFile" | "writeFile" | "stat" | "list" | "mkdir" | "remove" | "rename" | "upload" | "download">;

const filesOf = (login: Transport): Files => ({
  readFile: (...given) => login.readFile(...given),
  writeFile: (...given) => login.writeFile(...given),
  stat: (...given) => login.stat(...given),
  list: (...given) => login.list(...given),
  mkdir: (...given) => login.mkdir(...given),
  remove: (...given) => login.remove(...given),
  rename: (...given) => login.rename(...given),
  upload: (...given) => login.upload(...given),
  download: (...given) => login.download(...given),
});

async function collect(argv: readonly string[], stream: ExecStream, maxBytes: number): Promise<ExecResult> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream.bytes()) {
    size += piece.byteLength;
    if (size > maxBytes) throw new TransportError("output-too-large", `${argv[0] ?? ""}: more than ${maxBytes} bytes on stdout; the command was ended. Raise maxOutputBytes, or use stream`);
    pieces.push(piece);
  }
  const stdoutBytes = Buffer.concat(pieces);
  return { ...(await stream.result), argv, stdout: stdoutBytes.toString("utf8"), stdoutBytes };
}

/** A stream whose step is still being asked for. */
function startingWith(argv: readonly string[], starting: Promise<ExecStream>, check: boolean): ExecStream {
  const result = starting.then(async (stream) => {
    const ended = { ...(await stream.result), argv };
    if (check && !ended.ok) throw new CommandFailedError(ended);
    return ended;
  });
  result.catch(() => undefined);
  async function* until<Piece>(pieces: (stream: ExecStream) => AsyncIterable<Piece>): AsyncGenerator<Piece> {
    yield* pieces(await starting);
    await result;
  }
  return { result, bytes: () => until((stream) => stream.bytes()), [Symbol.asyncIterator]: () => until((stream) => stream) };
}
