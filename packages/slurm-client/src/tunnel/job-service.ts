import type { Duplex } from "node:stream";
import { callbackSchema, cancellableShape, type Cancellable } from "@hpckit/core";
import { z } from "zod";

/** Where a service of a job listens. */
export type JobService =
  /** A port, on all addresses of the node or on its loopback alone. */
  | { readonly port: number; readonly host?: string | undefined }
  /** A Unix socket; the node needs `socat` or `python3` for it. */
  | { readonly socketPath: string; readonly host?: string | undefined };

/**
 * - `login`: from the login node straight to the node's address. Whoever answers there is taken for the service.
 * - `step`: by a step of the job that hands on what comes and goes (`srun --overlap`). It reaches what listens on the node's loopback alone, and nodes that
 *   the login node cannot reach, and is slower. It cannot say that only one direction has ended. Over SSH two such connections go at a time, others wait.
 * - `auto`: `login` where that works, else `step`.
 */
export type ServiceRoute = "auto" | "login" | "step";

export interface ConnectServiceOptions extends Cancellable {
  /** Default `auto`; a Unix socket is always reached by a step. */
  readonly via?: ServiceRoute | undefined;
  /** How long the service may take until it listens, in milliseconds (default 30 000; whole seconds count). Counted from when its job runs. */
  readonly readyMs?: number | undefined;
  /** Whether a job that is still queued is waited for, however long that takes; an abort ends the wait. By default `forward` waits, `connect` does not. */
  readonly waitForStart?: boolean | undefined;
}

export interface ForwardServiceOptions extends ConnectServiceOptions {
  /** Of this machine; by default any that is free. */
  readonly localPort?: number | undefined;
  /** Told of connections that came to nothing or broke. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
}

/** A port of this machine that leads to a service of a job. Whoever can use this machine's loopback can use it. It is closed when the job ends. */
export interface ForwardedService extends AsyncDisposable {
  readonly host: "127.0.0.1";
  readonly port: number;
  /** Ends all its connections; again is no error. */
  close(): Promise<void>;
}

export interface JobServices {
  /**
   * A connection to a service that listens on a node of this job; `host` is one of its nodes, by default the first, where the batch script runs. It ends
   * where the service ends it; where the job ends, it ends or fails.
   * @throws SlurmError `job-not-running` where it waits or has ended, or `service-unreachable` where nothing listens in time; {@link StepRefusedError} where no step can be started
   * there; OptionsError for a node that is not the job's.
   * @example `const socket = await job.connect({ port: 8888 });`
   */
  connect(service: JobService, options?: ConnectServiceOptions): Promise<Duplex>;

  /**
   * A port of this machine that leads to such a service, for browsers and other programs. Waits for the job's start, and resolves once the service answers.
   * @throws as {@link JobServices.connect}; `job-not-running` as soon as the job ends without having run.
   * @example `await using web = await job.forward({ port: 8888 }); console.log(web.port);`
   */
  forward(service: JobService, options?: ForwardServiceOptions): Promise<ForwardedService>;
}

const port = z.int().min(1).max(65_535);
const host = z.string().regex(/^[\w.-]+$/, { error: "the name of a node" }).optional();

export const jobServiceSchema: z.ZodType<JobService> = z.union(
  [z.strictObject({ port, host }), z.strictObject({ socketPath: z.string().startsWith("/", { error: "an absolute path" }), host })],
  { error: "{ port } or { socketPath }, and a host if it is not the first node" },
);

const connectShape = { via: z.enum(["auto", "login", "step"]).optional(), readyMs: z.number().nonnegative().optional(), waitForStart: z.boolean().optional(), ...cancellableShape };

export const connectServiceSchema: z.ZodType<ConnectServiceOptions> = z.strictObject(connectShape);

export const forwardServiceSchema: z.ZodType<ForwardServiceOptions> = z.strictObject({
  ...connectShape,
  localPort: z.int().min(0).max(65_535).optional(),
  onTrouble: callbackSchema<(error: unknown) => void>().optional(),
});
