import type { Duplex } from "node:stream";
import type { ConnectAddress, TargetInfo } from "@hpckit/core";
import type { Channel } from "./channel.js";

/** A server runs as many sessions as it allows (`MaxSessions`). The command never started. */
export interface SessionRefused {
  readonly refused: Error;
}

/** One connection to another machine, which can carry several guards at a time. */
export interface Connection {
  readonly target: TargetInfo;
  /** Fingerprint of the key that the host has shown, where this side sees it. */
  readonly hostKey?: string | undefined;
  /** Fires once the connection is gone, with the TransportError. */
  readonly lost: AbortSignal;
  /** Hands a line to the login shell over there. */
  start(line: string, signal: AbortSignal): Promise<Channel | SessionRefused>;
  connect(address: ConnectAddress, signal: AbortSignal): Promise<Duplex>;
  close(): Promise<void>;
}

/** Asks something of a connection, until the signal fires. */
export type ConnectionRequest<Value> = (connection: Connection, signal: AbortSignal) => Promise<Value>;

/** Connections to one machine, one after the other. */
export interface ConnectionSupply {
  readonly target: TargetInfo;
  /**
   * Asks the connection that stands, or a new one. Where it is lost before it answers, the next one is asked: only what starts nothing
   * before its answer may be asked in this way, as a guard, which does nothing without its script.
   */
  ask<Value>(request: ConnectionRequest<Value>, signal: AbortSignal): Promise<Value>;
  close(): Promise<void>;
}
