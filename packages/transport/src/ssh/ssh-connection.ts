import { createConnection, type Socket } from "node:net";
import { TimeoutError, TransportError } from "@hpckit/core";
import type { AnyAuthMethod, Client } from "ssh2";
import { orAborted, stopping } from "../guard/stopping.js";
import { gatherWrites } from "./gather-writes.js";
import { fingerprintOf, readHostKeyCheck, type HostKeyCheck } from "./host-key-check.js";
import { signInAttempts, type Attempt } from "./identity.js";
import type { SshOptions } from "./ssh-options.js";

/** A connection that is signed in. */
export interface SshConnection {
  readonly client: Client;
  /** Fingerprint of the key that the host has shown. */
  readonly hostKey: string;
  /** Fires once the connection is gone, with the TransportError. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

export const defaultTimeoutMs = 20_000;
/** A connection that says nothing for three of these is gone. */
const keepaliveMs = 15_000;
const keepaliveTries = 3;
const closingMs = 2_000;

/** Connects, checks the host's key before anything else is said, and signs in. */
export async function openSshConnection(options: SshOptions): Promise<SshConnection> {
  const { host, port = 22, user } = options;
  const where = `${user}@${host}${port === 22 ? "" : `:${port}`}`;
  using stop = stopping(where, { signal: options.signal, timeoutMs: options.connectTimeoutMs ?? defaultTimeoutMs });
  const prepared = Promise.all([readHostKeyCheck(options.knownHosts, host, port), signInAttempts(user, options)]);
  const [check, attempts] = await orAborted(prepared, stop.signal);
  const socket = await openSocket(where, host, port, stop.signal);
  try {
    return await signIn({ where, options, check, attempts, socket, signal: stop.signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function openSocket(where: string, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  // A socket with noDelay from the start: ssh2's own waits for the first acknowledgements.
  const socket = createConnection({ host, port, noDelay: true });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.on("error", (cause: NodeJS.ErrnoException) => reject(connectionRefused(where, cause)));
  });
  try {
    await orAborted(connected, signal);
    gatherWrites(socket);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function connectionRefused(where: string, cause: NodeJS.ErrnoException): TransportError {
  const isUnknown = cause.code === "ENOTFOUND";
  const why = isUnknown ? "the name of the host is not known" : cause.code === "ECONNREFUSED" ? "nothing listens there" : cause.message;
  return new TransportError("connection-refused", `${where}: cannot connect: ${why}`, { cause, retryable: !isUnknown, detail: { errno: cause.code } });
}

interface SigningIn {
  readonly where: string;
  readonly options: SshOptions;
  readonly check: HostKeyCheck;
  readonly attempts: readonly Attempt[];
  readonly socket: Socket;
  readonly signal: AbortSignal;
}

async function signIn({ where, options, check, attempts, socket, signal }: SigningIn): Promise<SshConnection> {
  const { default: ssh2 } = await import("ssh2");
  const client = new ssh2.Client();
  const lost = new AbortController();
  let refusal: TransportError | undefined;
  let hostKey = "";
  let lastError: Error | undefined;
  const closed = new Promise<void>((resolve) => {
    client.once("close", () => {
      // At once: ssh2 answers what is under way with errors of its own right after this.
      lost.abort(new TransportError("connection-lost", `${where}: the connection was lost`, { cause: lastError }));
      resolve();
    });
  });
  // Some failures are told twice, and late: the listener stays for good.
  client.on("error", (error) => {
    lastError ??= error;
    client.destroy();
  });

  const ready = new Promise<void>((resolve, reject) => {
    client.once("ready", resolve);
    client.once("error", (error) => reject(refusal ?? describeFailure(where, error, attempts)));
    client.once("close", () => reject(refusal ?? new TransportError("connection-lost", `${where}: the server closed the connection before the sign-in was done`, { cause: lastError })));
  });
  const waiting = [...attempts];
  client.connect({
    sock: socket,
    username: options.user,
    readyTimeout: 0,
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: keepaliveTries,
    algorithms: { serverHostKey: [...check.algorithms] },
    hostVerifier: (key: Buffer) => {
      hostKey = fingerprintOf(key);
      refusal = check.judge(key);
      return refusal === undefined;
    },
    authHandler: (_left, _partial, next) => next(waiting.shift() ?? (false as unknown as AnyAuthMethod)),
  });
  try {
    await orAborted(ready, signal);
  } catch (error) {
    client.destroy();
    throw error;
  }
  return {
    client,
    hostKey,
    lost: lost.signal,
    async close() {
      client.end();
      const timer = setTimeout(() => client.destroy(), closingMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function describeFailure(where: string, error: Error & { level?: string }, attempts: readonly Attempt[]): Error {
  if (error.level === "client-authentication" || error.level === "agent") {
    const tried = attempts.map(({ type }) => (type === "agent" ? "the agent's keys" : "the private key")).join(", then ");
    return new TransportError("authentication-failed", `${where}: the server accepted none of: ${tried}. Is the public key in the account's authorized_keys?`, { cause: error });
  }
  if (error.level === "client-timeout") return new TimeoutError(`${where}: the server stopped answering during the sign-in`, { cause: error });
  if (/no matching (?:host key|serverHostKey)/i.test(error.message)) {
    return new TransportError("host-key-refused", `${where}: the server has no host key of the types that are known for it: its keys may have been changed. Ask the site`, {
      cause: error,
    });
  }
  return new TransportError("connection-lost", `${where}: the connection failed before the sign-in was done: ${error.message}`, { cause: error });
}
