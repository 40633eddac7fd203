import { otherAccount, saidOnce } from "./said-once.js";
import type { EventOrigin, OperationEnded, SharedRef, TransportEvent } from "./transport-event.js";

/**
 * Where a transport's events go as lines of a log: pino's, bunyan's or Fastify's logger, or the `console`, as they are. For winston, turned round:
 * `{ info: (event, message) => winston.info(message, event), … }`.
 */
export interface Logger {
  /** What belongs to the work: calls, and how they ended. */
  readonly debug: LogMethod;
  /** Connections, logins, accounts, whether sudo allows them or not, copies; and what the caller has aborted. */
  readonly info: LogMethod;
  /** What failed, once. The call says so as well, and whoever made it decides what that means. */
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
  // The connection, and the call that has asked for the account, say the same once more.
  const isToldAgain = event.kind === "login-ended" || event.kind === "account-ended";
  if ("error" in event && event.error !== undefined && !isToldAgain) return event.error.code === "aborted" ? "info" : "warn";
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
  const { target } = event;
  const account = "account" in event ? otherAccount(event.account, target) : undefined;
  switch (event.kind) {
    case "connection-opening":
      return `${event.attempt === 1 ? "connecting" : `connecting again, attempt ${event.attempt}`}${inCommon(event)}`;
    case "connection-opened":
      return `connected${inCommon(event)}, ${shownMs(event.durationMs)}`;
    case "connection-refused":
      return `no connection: ${saidOnce(event.error.message, target)}`;
    case "connection-lost":
      return saidOnce(event.error.message, target);
    case "connection-closed":
      return `closed${event.shared === undefined ? "" : ", and the connection stays for those who share it"}`;
    case "login-waiting":
      return `the login${account === undefined ? "" : ` to ${account}`} waits${event.waitMs === undefined ? "" : ` ${shownMs(event.waitMs)}`} (${event.reason})`;
    case "login-ended":
      return `logins${account === undefined ? "" : ` to ${account}`} in the last minute: ${event.inLastMinute}`;
    case "login-suspended":
      return `no login for ${shownMs(event.forMs)}, after ${event.failures} failures`;
    case "login-asked":
      return `${event.host === target.host ? "" : `${event.host} `}asks: ${event.prompts.join(" ")}`;
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
      return `${event.argv.join(" ")}: ${outcome(event, endOfCommand(event), [event.argv[0] ?? ""])}`;
    case "file-begun":
      return `${event.operation} ${event.path}${event.to === undefined ? "" : ` to ${event.to}`}`;
    case "file-ended":
      return `${event.operation} ${event.path}: ${outcome(event, "done", [`${event.operation} ${event.path}`])}`;
    case "copy-begun":
      return `${event.operation} ${event.from} to ${event.to}`;
    case "copy-progressed":
      return `${event.transferredBytes} of ${event.totalBytes} bytes`;
    case "copy-ended":
      return `${event.operation} ${event.from} to ${event.to}: ${outcome(event, `${event.bytes ?? 0} bytes`, [`${event.operation} ${event.to}`, `${event.operation} ${event.from}`])}`;
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

/** An end of a call, as far as all have it. */
type Ending = Pick<EventOrigin & OperationEnded, "target" | "error" | "durationMs">;

const outcome = ({ error, durationMs, target }: Ending, success: string, call: readonly string[] = []): string =>
  `${error === undefined ? success : saidOnce(error.message, target, call)}, ${shownMs(durationMs)}`;

function endOfCommand({ operation, exitCode, signal, ended, failed }: TransportEvent<"command-ended">): string {
  if (operation === "batch") return `${ended ?? 0} ended, ${failed ?? 0} of them not with 0`;
  return signal === undefined ? `exit status ${exitCode ?? "unknown"}` : `signal ${signal}`;
}

const shownMs = (milliseconds: number): string => (milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : `${Math.round(milliseconds / 1000)} s`);
