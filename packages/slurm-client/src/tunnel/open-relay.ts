import { Duplex, PassThrough } from "node:stream";
import { AbortedError, excerptOf, onAbort, type Cancellable } from "@hpckit/core";
import { saysGone } from "../allocation/allocation-loss.js";
import { runStep } from "../allocation/run-step.js";
import { SlurmError } from "../error/slurm-error.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { JobService } from "./job-service.js";
import { takeRelayPlace } from "./relay-places.js";
import { noRelayStatus, nothingListensStatus, relayReady, renderPortRelay, renderSocketRelay } from "./relay-script.js";

export interface RelayTarget {
  /** As srun takes it: of an array's task that of the task alone. */
  readonly jobId: string;
  readonly node: string;
  /** Of a heterogeneous job, the one that has the node: srun starts in the first, unless told. */
  readonly component?: number | undefined;
  readonly service: JobService;
  readonly readyMs: number;
  /** Resolves when the job has ended. */
  readonly ended: (options: Cancellable) => Promise<unknown>;
}

/** Beyond the wait for the service: so long srun may take. */
const startMs = 30_000;
/** Of a job that has ended srun can stay (22.05): it is given so long. */
const outlastMs = 5000;
/** So much may come before the relay's word. */
const noiseBytes = 65_536;

/** A connection by a step of the job, on the service's node. @throws SlurmError `service-unreachable`, `job-not-running` */
export async function openRelay(context: SlurmContext, target: RelayTarget, { signal }: Cancellable): Promise<Duplex> {
  const { jobId, node, component, service, readyMs } = target;
  const seconds = Math.ceil(readyMs / 1000);
  const script = "port" in service ? renderPortRelay(service.port, seconds) : renderSocketRelay(service.socketPath, seconds);
  const starting = new AbortController();
  const timer = setTimeout(() => starting.abort(new SlurmError("service-unreachable", `${nameOf(target)}: srun did not start a step there in time, or other connections of this kind (two at a time) did not end`, { retryable: true })), readyMs + startMs);
  const giveUp = (): void => starting.abort(new AbortedError(`${nameOf(target)}: aborted by the caller`, { cause: signal?.reason }));
  const stopListening = onAbort(signal, giveUp);
  const stdin = new PassThrough();
  let release: () => void = () => undefined;
  try {
    release = await takeRelayPlace(context.transport, { signal: starting.signal });
    // Bytes are handed on as they come, not line by line; the rest leaves the job's own steps alone.
    const placed = { name: "hpckit-relay", nodes: 1, ntasks: 1, cpusPerTask: 1, nodelist: [node], hetGroups: component === undefined ? undefined : [component], memory: "all", overlap: true, unbuffered: true, gres: "none", mpi: "none" } as const;
    const step = await runStep(context, jobId, ["/bin/bash", "-c", script.shell], { ...placed, stdin, signal: starting.signal });
    const pieces = step.bytes()[Symbol.asyncIterator]();
    const { said, first } = await untilReady(pieces);
    if (first === undefined && said.length > noiseBytes) starting.abort(new SlurmError("service-unreachable", `${nameOf(target)}: the step that leads there says other things: ${excerptOf(said.toString().trim(), 300)}`));
    if (first === undefined) throw unreachable(target, await step.result);
    step.result.then(release, release);
    const leave = (): void => starting.abort(new AbortedError(`${nameOf(target)}: the connection was left`));
    const duplex = duplexOf({ stdin, first, pieces, leave, judge: async () => explainEnd(target, (await step.result).exitCode) });
    const over = new AbortController();
    step.result.then(() => over.abort(), () => over.abort());
    const outlasts = async (): Promise<void> => {
      await target.ended({ signal: over.signal });
      await context.clock.sleep(outlastMs, { signal: over.signal });
      duplex.destroy(broken(target, undefined));
    };
    outlasts().catch(() => undefined);
    return duplex;
  } catch (error) {
    stdin.destroy();
    release();
    throw starting.signal.aborted ? starting.signal.reason : error;
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

interface Opening {
  /** What came before the relay's word. */
  readonly said: Buffer;
  /** What followed it; undefined if it did not come. */
  readonly first?: Uint8Array;
}

async function untilReady(pieces: AsyncIterator<Uint8Array>): Promise<Opening> {
  let said = Buffer.alloc(0);
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    said = Buffer.concat([said, next.value]);
    const ready = said.indexOf(relayReady);
    if (ready !== -1) return { said: said.subarray(0, ready), first: said.subarray(ready + relayReady.length) };
    if (said.length > noiseBytes) break;
  }
  return { said };
}

interface RelayStreams {
  readonly stdin: PassThrough;
  readonly first: Uint8Array;
  readonly pieces: AsyncIterator<Uint8Array>;
  readonly leave: () => void;
  /** Asked when nothing more comes. */
  readonly judge: () => Promise<void>;
}

/** As a socket does, it is silent when it is destroyed by its owner, and fails with an error where the connection broke. */
function duplexOf({ stdin, first, pieces, leave, judge }: RelayStreams): Duplex {
  const pull = async (): Promise<void> => {
    const next = await pieces.next();
    if (next.done !== true) duplex.push(next.value);
    else {
      await judge();
      // Nobody reads any more what is written.
      stdin.resume();
      duplex.push(null);
    }
  };
  const duplex = new Duplex({
    allowHalfOpen: false,
    read: () => void pull().catch((error: unknown) => duplex.destroy(error as Error)),
    write: (chunk: Buffer, _, done) => void stdin.write(chunk, done),
    final: (done) => void stdin.end(done),
    destroy(error, done) {
      leave();
      stdin.destroy();
      done(error);
    },
  });
  stdin.on("error", () => undefined);
  if (first.length > 0) duplex.unshift(first);
  return duplex;
}

const nameOf = ({ jobId, node, service }: RelayTarget): string => `job ${jobId}, ${"port" in service ? `port ${service.port}` : service.socketPath} on ${node}`;

function unreachable(target: RelayTarget, { exitCode, stderr }: { readonly exitCode: number | undefined; readonly stderr: string }): SlurmError {
  const name = nameOf(target);
  const detail = { node: target.node, ...target.service };
  if (exitCode === nothingListensStatus) return new SlurmError("service-unreachable", `${name}: nothing listened within ${target.readyMs} ms`, { retryable: true, detail });
  if (exitCode === noRelayStatus) return new SlurmError("service-unreachable", `${name}: the node has neither socat nor python3, which a Unix socket needs: let the service listen on a port`, { detail });
  if (saysGone.test(stderr)) return new SlurmError("job-not-running", `${name}: the job has ended`, { detail });
  return new SlurmError("service-unreachable", `${name}: the step that leads there failed (exit status ${String(exitCode)}): ${stderr.trim().slice(-300)}`, { retryable: true, detail });
}

/** The relay ends with 0 where the service has ended the connection: all else is a break. */
function explainEnd(target: RelayTarget, exitCode: number | undefined): void {
  if (exitCode !== 0) throw broken(target, exitCode);
}

const broken = (target: RelayTarget, exitCode: number | undefined): SlurmError =>
  new SlurmError("service-unreachable", `${nameOf(target)}: the connection broke: its step was ended, most likely with the job`, { detail: { exitCode } });
