import type { Duplex, Readable, Writable } from "node:stream";
import { TransportError, type Cancellable, type ConnectAddress, type TargetInfo } from "@hpckit/core";

/** One guard running over there (see `guard/guard-command.ts`), with the streams that lead to it. */
export interface Channel {
  /** What ends here before its time ends the command over there. */
  readonly input: Writable;
  readonly output: Readable;
  readonly errors: Readable;
  /** Settles once everything behind the channel is over; with the reason, if the connection was lost. Never rejects. */
  readonly closed: Promise<TransportError | undefined>;
  /** Lets go of the channel, whatever still runs behind it. */
  destroy(): void;
}

/** Why calls end that are under way when a transport is closed, and what later ones are told. */
export const transportClosed = (): TransportError => new TransportError("connection-lost", "this transport has been closed", { retryable: false });

export interface OpenOptions extends Cancellable {
  /** Another account as which the guard runs, by sudo. */
  readonly user?: string | undefined;
}

/** Where channels come from: this machine, or a connection. What differs between transports is only this. */
export interface ChannelSource extends AsyncDisposable {
  readonly target: TargetInfo;
  /** Fires when the source is closed, with the error of the calls that are under way. They end what they started, and closing waits for them. */
  readonly closing: AbortSignal;
  /** Starts a guard. Waits for its turn where only so many may run at a time; refused ones are tried again, as they never started. */
  open(options: OpenOptions): Promise<Channel>;
  connect(address: ConnectAddress, options: Cancellable): Promise<Duplex>;
}
