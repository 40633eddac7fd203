import type { EventError, SharedRef, TransportEvent } from "./transport-event.js";

/**
 * Where a transport's events go as lines of a log: pino's, bunyan's or Fastify's logger, or the `console`, as they are. For winston, turned round:
 * `{ info: (event, message) => winston.info(message, event), … }`.
 */
export interface Logger {
  /** What belongs to the work: calls, and how they ended. */
  readonly debug: LogMethod;
  /** Connections, logins, accounts, copies; and what the caller has aborted. */
  readonly info: LogMethod;
  /** What failed. The call says so as well, and whoever made it decides what that means. */
  readonly warn: LogMethod;
  /** No login is tried for a while. */
  readonly error: LogMethod;
}

export type LogLevel = keyof Logger;
/**
 * Takes an event, and one line about it. What it gives back is not waited for. Where it throws, or a promise of it is rejected, no call is changed: the
 * first time is a warning of the process (`HPCKIT_OBSERVER_FAILED`).
 */
export type LogMethod = (event: TransportEvent, message: string) => unknown;

/** At which level of a {@link Logger} an event is told. */
export function levelOf(event: TransportEvent): LogLevel {
  if (event.kind === "login-suspended") return "error";
  if (event.kind === "connection-lost") return "warn";
  if ("error" in event && event.error !== undefined) return event.error.code === "aborted" ? "info" : "warn";
  switch (event.kind) {
    case "connection-opened":
    case "connection-closed":
    case "login-waiting":
    case "login-asked":
    case "login-answered":
    case "command-waiting":
    case "account-ended":
    case "copy-ended":
    case "sync-ended":
      return "info";
    default:
      return "debug";
  }
}

/** One line about an event, e.g. `alice@login: squeue --me: exit status 0, 12 ms`. */
export function describeEvent(event: TransportEvent): string {
  const { host, user } = event.target;
  return `${user === "" ? "" : `${user}@`}${host}: ${describe(event)}`;
}

function describe(event: TransportEvent): string {
  switch (event.kind) {
    case "connection-opening":
      return `${event.attempt === 1 ? "connecting" : `connecting again, attempt ${event.attempt}`}${inCommon(event)}`;
    case "connection-opened":
      return `connected${inCommon(event)}, ${shownMs(event.durationMs)}`;
    case "connection-refused":
      return `no connection: ${event.error.message}`;
    case "connection-lost":
      return event.error.message;
    case "connection-closed":
      return `closed${event.shared === undefined ? "" : ", and the connection stays for those who share it"}`;
    case "login-waiting":
      return `the login${event.account === undefined ? "" : ` to ${event.account}`} waits${event.waitMs === undefined ? "" : ` ${shownMs(event.waitMs)}`} (${event.reason})`;
    case "login-ended":
      return `logins to ${event.account} in the last minute: ${event.inLastMinute}`;
    case "login-suspended":
      return `no login for ${shownMs(event.forMs)}, after ${event.failures} failures`;
    case "login-asked":
      return `${event.host} asks: ${event.prompts.join(" ")}`;
    case "login-answered":
      return `answered, ${shownMs(event.durationMs)}`;
    case "account-begun":
      return "asking sudo";
    case "account-ended":
      return `sudo: ${outcome(event, "allowed")}`;
    case "command-waiting":
      return `a command waits ${shownMs(event.waitMs)}, as at most ${event.perMinute} a minute are wanted`;
    case "command-begun":
      return event.operation === "batch" ? `batch of ${event.commands}, ${event.argv.join(" ")} first` : event.argv.join(" ");
    case "command-ended":
      return `${event.argv.join(" ")}: ${outcome(event, endOfCommand(event))}`;
    case "file-begun":
      return `${event.operation} ${event.path}${event.to === undefined ? "" : ` to ${event.to}`}`;
    case "file-ended":
      return `${event.operation} ${event.path}: ${outcome(event, "done")}`;
    case "copy-begun":
      return `${event.operation} ${event.from} to ${event.to}`;
    case "copy-progressed":
      return `${event.transferredBytes} of ${event.totalBytes} bytes`;
    case "copy-ended":
      return `${event.operation} ${event.from} to ${event.to}: ${outcome(event, `${event.bytes ?? 0} bytes`)}`;
    case "sync-begun":
      return `sync ${event.direction}, ${event.from} to ${event.to}`;
    case "sync-ended":
      return `sync ${event.direction}, ${event.from} to ${event.to}: ${outcome(event, `${event.copied ?? 0} copied, ${event.removed ?? 0} removed`)}`;
    case "forward-begun":
      return `connecting to ${event.address}`;
    case "forward-ended":
      return `connecting to ${event.address}: ${outcome(event, "connected")}`;
  }
}

const inCommon = ({ shared }: SharedRef): string => (shared === undefined ? "" : ", over a connection that is shared");
const outcome = ({ error, durationMs }: { readonly error?: EventError | undefined; readonly durationMs: number }, success: string): string => `${error?.message ?? success}, ${shownMs(durationMs)}`;

function endOfCommand({ operation, exitCode, signal, ended, failed }: TransportEvent<"command-ended">): string {
  if (operation === "batch") return `${ended ?? 0} ended, ${failed ?? 0} of them not with 0`;
  return signal === undefined ? `exit status ${exitCode ?? "unknown"}` : `signal ${signal}`;
}

const shownMs = (milliseconds: number): string => (milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : `${Math.round(milliseconds / 1000)} s`);
