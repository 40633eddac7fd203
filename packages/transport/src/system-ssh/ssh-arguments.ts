import { quote, type Word } from "@hpckit/core";
import { configArguments } from "../ssh/config/ssh-config.js";
import type { SystemSshOptions } from "./system-ssh-options.js";

/** Words that reach the host of the caller's choice, whatever ssh is asked to do with it. The host stands last, by itself. */
export type Destination = Pick<SystemSshOptions, "host" | "user" | "port" | "config" | "options">;

/** Asks ssh what its configuration comes to, without connecting. */
export const queryArguments = (destination: Destination): readonly string[] => ["-G", ...toHost(destination, [])];

export interface MasterArguments {
  readonly socketPath: string;
  /** Whether the configuration would send ssh to the background. Older ones than 8.7 do not know the setting. */
  readonly forks: boolean;
  /** The way over jump hosts, in place of `ProxyJump`; or `none`. */
  readonly proxyCommand: string;
}

/**
 * The one connection, which signs in and carries all others.
 *
 * Of two values for a setting ssh takes the first: what must hold stands before the caller's own, defaults after it, and the
 * configuration comes last.
 */
export const masterArguments = (destination: Destination, { socketPath, forks, proxyCommand }: MasterArguments): readonly string[] => [
  ...["-M", "-N", "-S", socketPath],
  ...toHost(destination, [...(forks ? ["ForkAfterAuthentication=no"] : []), `ProxyCommand=${proxyCommand}`]),
];

/** Joins standard input and output with a port beyond a jump host. No master of the user's has a part in it. */
export const jumpArguments = (destination: Destination, proxyCommand: string, address: Word): readonly Word[] => [
  ...["-W", address],
  ...toHost(destination, ["ControlPath=none", `ProxyCommand=${proxyCommand}`]),
];

const must = [
  "ControlPersist=no",
  // Nobody sits at a terminal.
  "BatchMode=yes",
  // The strictest there is.
  "StrictHostKeyChecking=yes",
  // The ports of the configuration belong to the ssh at the user's terminal.
  "ClearAllForwardings=yes",
  // What went wrong must be said, also where the configuration wants it quiet.
  "LogLevel=INFO",
];
/** A connection that says nothing for three of these is gone: ssh gives up one interval after the last question that counts. */
const defaults = ["ServerAliveInterval=15", "ServerAliveCountMax=2"];

function toHost({ host, user, port, config = "user", options = {} }: Destination, more: readonly string[]): readonly string[] {
  const own = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return [
    ...configArguments(config),
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...[...must, ...more, ...own, ...defaults].flatMap((setting) => ["-o", setting]),
    "--",
    host,
  ];
}

/** What a person types after `ssh` to get to the same host, as one text. */
export const wordsByHand = ({ host, user, port, config = "user", options = {} }: Destination): string =>
  [
    ...configArguments(config),
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    user === undefined ? host : `${user}@${host}`,
  ]
    .map(quote)
    .join(" ");

/**
 * Through the master and in no other way: where it is gone, or the server refuses, ssh would open a connection of its own, and
 * sign in once more. `false` as the way to the server lets that fail at once. No configuration is read, as none is needed.
 */
const through = (socketPath: string): readonly string[] => ["-F", "none", "-S", socketPath, "-o", "ControlMaster=no", "-o", "ProxyCommand=false", "-T"];
/** With a master the name of the host means nothing. */
const anyHost = ["--", "hpckit"];

/** Runs one line over there. `-v` makes ssh say when the session is open. */
export const sessionArguments = (socketPath: string, line: string): readonly string[] => [...through(socketPath), "-v", ...anyHost, line];

/** Joins standard input and output with a port over there. */
export const portArguments = (socketPath: string, host: string, port: number): readonly string[] => [...through(socketPath), "-v", "-W", `[${host}]:${port}`, ...anyHost];

/** Opens, or gives up, a socket on this side that leads to one over there. */
export const forwardArguments = (socketPath: string, request: "forward" | "cancel", local: string, remote: string): readonly string[] => [
  ...through(socketPath),
  ...["-O", request, "-L", `${local}:${remote}`],
  ...anyHost,
];
